import type { Container } from "../../resource/kinds/container.ts";
import type { File } from "../../resource/kinds/file.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import type { ApplyContext } from "../apply-context.ts";
import { bytesByPath } from "./content-bytes.ts";
import { type Changing, workloadsIn } from "./live.ts";
import { notesOf } from "./notes.ts";
import { put } from "./put.ts";
import type { Session } from "./session.ts";
import { waitUntilStarted } from "./started.ts";
import { surroundingsOf } from "./surroundings.ts";
import { withTemplateNotes } from "./template.ts";
import { objectsOf } from "./translate/objects-of.ts";

/** Whether a file has become one with paths that it did not have: pods see only those that they knew from their start. */
export function hasNewPaths({ before, after }: Changing): boolean {
  const known = bytesByPath(before);
  return before.length > 0 && [...bytesByPath(after).keys()].some((path) => !known.has(path));
}

/** Has those who see a file live see its new paths, too: by new pods, one after the other or as the container says. */
export async function showNewPaths(session: Session, file: File, context: ApplyContext): Promise<void> {
  const workloads = await workloadsIn(session, namespaceOf(session.site, file.service), context.signal);
  for (const { container, object } of workloads) {
    if (!container.mounts.some(({ source, live }) => live && source === file.id)) continue;
    const main = await mainOf(session, container, context.signal);
    if (main === undefined) continue;
    await put(session, withTemplateNotes(main, notesOf(object)), { resource: container, signal: context.signal });
    await waitUntilStarted(session, container, context);
  }
}

async function mainOf(session: Session, container: Container, signal: AbortSignal) {
  const { facts, shapes } = await surroundingsOf(session, container, signal);
  const [main] = objectsOf(container, { site: session.site, facts: () => facts, shapes });
  return main;
}
