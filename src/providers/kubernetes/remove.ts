import { namespaceOf } from "../../resource/namespace.ts";
import type { Resource } from "../../resource/resource.ts";
import type { ApplyContext } from "../provider.ts";
import { removeFile } from "./file.ts";
import { removeManifest } from "./manifest.ts";
import { sweepNamespace } from "./namespace.ts";
import { removeNetwork } from "./network.ts";
import type { Session } from "./session.ts";
import { forgetSnapshots } from "./snapshots/forget.ts";
import { take } from "./take.ts";
import { namesOf } from "./translate/names-of.ts";

/**
 * Takes a resource away, and resolves when it is gone; with the last of what mattered in a namespace that is no network any more that goes,
 * too. The object by which the resource is known goes last, so that who is killed in between is told of the rest.
 */
export async function removeResource(session: Session, resource: Resource, { signal }: ApplyContext): Promise<void> {
  if (resource.kind === "network") return removeNetwork(session, resource, signal);
  if (resource.kind === "manifest") await removeManifest(session, resource, signal);
  else if (resource.kind === "file") await removeFile(session, resource, signal);
  else for (const name of namesOf(session.site, resource).toReversed()) await take(session, resource, name, signal);
  if (resource.kind === "volume") await forgetSnapshots(session, resource.service, signal);
  await sweepNamespace(session, namespaceOf(session.site, resource.service), signal);
}
