import type { Container } from "../../../resource/kinds/container.ts";
import type { ImageFacts } from "../session.ts";
import { rightsOf } from "./rights.ts";
import type { PodSecurity } from "./translation.ts";

/** What the level `baseline` lets a container add to none (Pod Security Standards, "Capabilities"). */
const baseline: ReadonlySet<string> = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

/**
 * The strictest level at which all of these containers may run in one namespace. Ports of nodes (the front door without a load
 * balancer) are for `privileged` alone; root and what root may do are for `baseline`; everybody else is `restricted`. An image of which
 * nothing is known yet counts as root.
 */
export function podSecurityOf(
  containers: readonly Container[],
  facts: (reference: string) => ImageFacts | undefined,
): PodSecurity {
  const levels = new Set(containers.map((container) => levelOf(container, facts(container.image))));
  if (levels.has("privileged")) return "privileged";
  return levels.has("baseline") ? "baseline" : "restricted";
}

function levelOf(container: Container, facts: ImageFacts | undefined): PodSecurity {
  const { user, capabilities } = rightsOf(container, facts);
  if (container.cluster?.door === "host-ports" || !capabilities.every((word) => baseline.has(word)))
    return "privileged";
  const isRestricted = user?.uid !== undefined && user.uid !== 0 && capabilities.length === 0;
  return isRestricted ? "restricted" : "baseline";
}
