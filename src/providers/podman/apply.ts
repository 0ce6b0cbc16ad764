import { fail } from "../../lib/problem.ts";
import { isOnMachine, type MachineNetwork, type Network } from "../../resource/kinds/network.ts";
import type { Resource } from "../../resource/resource.ts";
import type { ApplyContext, ApplyStep } from "../provider.ts";
import { applyContainer, dropContainer } from "./container.ts";
import { listContainers } from "./container-list.ts";
import { applyFile, removeFile } from "./file.ts";
import { applyImage, forgetImage } from "./image.ts";
import { applyNetwork, removeNetwork } from "./network.ts";
import { applySecret, removeSecret } from "./secret.ts";
import type { Session } from "./session.ts";
import { applyVolume, removeVolume } from "./volume.ts";

/** Makes one resource be as the step says. */
export async function applyResource(session: Session, step: ApplyStep, context: ApplyContext): Promise<void> {
  const { resource } = step;
  if (context.signal.aborted) fail("STOPPED", `${resource.id} was stopped before it began`, { kind: "waiting" });
  switch (resource.kind) {
    case "image":
      return applyImage(session, resource, context);
    case "network":
      return applyNetwork(session, onMachine(resource), context.signal);
    case "volume":
      return applyVolume(session.layout, resource);
    case "file":
      return applyFile(session, resource, () => versionsInUse(session, resource.id));
    case "link":
      return session.firewall.apply(resource);
    case "container":
      return applyContainer(session, step, resource, context);
    case "secret":
      return applySecret(session, resource, context.signal);
    case "certificate":
    case "manifest":
      return notOurs(resource);
  }
}

/** Takes one resource away. */
export async function removeResource(session: Session, resource: Resource, { signal }: ApplyContext): Promise<void> {
  switch (resource.kind) {
    case "image":
      return forgetImage(session, resource);
    case "network":
      return removeNetwork(session, onMachine(resource));
    case "volume":
      return removeVolume(session.layout, resource);
    case "file":
      return removeFile(session.layout, resource);
    case "link":
      return session.firewall.remove(resource);
    case "container":
      return dropContainer(session, resource);
    case "secret":
      return removeSecret(session, resource, signal);
    case "certificate":
    case "manifest":
      return notOurs(resource);
  }
}

/** The versions of a file that containers show for as long as they exist. */
async function versionsInUse({ client, site }: Session, id: string): Promise<ReadonlySet<string>> {
  const containers = await listContainers(client, site);
  return new Set(containers.flatMap(({ versions }) => versions.get(id) ?? []));
}

function onMachine(network: Network): MachineNetwork {
  return isOnMachine(network) ? network : notOurs(network);
}

function notOurs(resource: Resource): never {
  return fail("BUG", `the ${resource.kind} ${resource.id} is another provider's`, { kind: "bug" });
}
