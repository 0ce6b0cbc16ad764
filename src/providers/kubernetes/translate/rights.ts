import type { ISecurityContext } from "kubernetes-models/v1/SecurityContext";
import { fail } from "../../../lib/problem.ts";
import type { Container } from "../../../resource/kinds/container.ts";
import type { ImageFacts } from "../session.ts";
import { bearsOf, type User, userOf } from "./image-rights.ts";

/** What a container's process may do, in a cluster's terms. */
export type Rights = {
  /** Who it starts as; undefined: as the image says, by a name or not known. */
  readonly user?: User;
  /** The group of what it finds: its state is writable for it, its files readable. Absent for root and for who is not known. */
  readonly group?: number;
  readonly readOnly: boolean;
  /** Added to none. */
  readonly capabilities: readonly string[];
};

/** What most images need to start with as root and give up by themselves; Podman gives the same here. */
const usual = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"];

/**
 * What a container may do. Kubernetes has no ambient capabilities: whoever is not root has none, whatever is added. So an image that
 * needs some and is not root (Postfix) starts as root with these alone, in its own group, and becomes its user by itself. Binding low
 * ports needs none: every pod may. Problem: `USER_NAMED`.
 */
export function rightsOf(container: Container, facts: ImageFacts | undefined): Rights {
  const user = userOf(container, facts);
  if (container.user !== undefined && user?.uid === undefined) refuseName(container);
  const { readOnly, wanted } = wantedBy(container, facts);
  const group = user?.uid === 0 || user?.gid === undefined ? {} : { group: user.gid };
  if (user === undefined) return { readOnly, capabilities: wanted };
  if (user.uid === 0) return { user, readOnly, capabilities: wanted };
  const needed = container.capabilities === "image" ? bearsOf(facts).capabilities : container.capabilities;
  const beyond = (needed ?? []).filter((word) => word !== "NET_BIND_SERVICE");
  if (beyond.length === 0) return { user, ...group, readOnly, capabilities: [] };
  return { user: { ...user, uid: 0 }, ...group, readOnly, capabilities: beyond };
}

/** The same as Kubernetes has it for a container. Nothing gains rights by a program with more (setuid, file capabilities). */
export function securityContext({ user, readOnly, capabilities }: Rights): ISecurityContext {
  return {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: readOnly,
    capabilities: { drop: ["ALL"], ...(capabilities.length === 0 ? {} : { add: [...capabilities].sort() }) },
    ...(user?.uid === undefined ? {} : { runAsUser: user.uid, runAsNonRoot: user.uid !== 0 }),
    ...(user?.gid === undefined ? {} : { runAsGroup: user.gid }),
  };
}

function wantedBy(
  container: Container,
  facts: ImageFacts | undefined,
): { readonly readOnly: boolean; readonly wanted: readonly string[] } {
  if (container.capabilities !== "image") return { readOnly: true, wanted: container.capabilities };
  const { readOnly, capabilities } = bearsOf(facts);
  return { readOnly, wanted: capabilities ?? (readOnly ? [] : usual) };
}

function refuseName({ user, service, part, image }: Container): never {
  fail("USER_NAMED", `expected a number as the user of ${service}/${part}, got "${user}"`, {
    expected: "a number, as a cluster takes no other",
    got: `"${user}"`,
    hint: `write the number that ${image} has for it: user: 1000, in services/${service}.yaml`,
  });
}
