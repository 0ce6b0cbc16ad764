import { fail } from "../../lib/problem.ts";
import type { ApplyContext, ApplyStep } from "../provider.ts";
import { applyCertificate } from "./certificate.ts";
import { applyContainer } from "./container.ts";
import { applyFile } from "./file.ts";
import { applyImage } from "./image.ts";
import { applyLink } from "./link.ts";
import { applyManifest } from "./manifest.ts";
import { applyNetwork } from "./network.ts";
import { applySecret } from "./secret.ts";
import type { Session } from "./session.ts";
import { applyVolume } from "./volume.ts";

/** Makes one resource be as the step says. */
export async function applyResource(session: Session, step: ApplyStep, context: ApplyContext): Promise<void> {
  const { resource } = step;
  if (context.signal.aborted) fail("STOPPED", `${resource.id} was stopped before it began`, { kind: "waiting" });
  switch (resource.kind) {
    case "image":
      return applyImage(session, step, resource, context);
    case "network":
      return applyNetwork(session, step, resource, context);
    case "file":
      return applyFile(session, step, resource, context);
    case "secret":
      return applySecret(session, step, resource, context);
    case "certificate":
      return applyCertificate(session, step, resource, context);
    case "container":
      return applyContainer(session, step, resource, context);
    case "volume":
      return applyVolume(session, step, resource, context);
    case "link":
      return applyLink(session, step, resource, context);
    case "manifest":
      return applyManifest(session, step, resource, context);
  }
}
