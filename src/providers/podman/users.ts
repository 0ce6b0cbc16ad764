import type { Container } from "../../resource/kinds/container.ts";

/** How many users a service has to itself, and the first of all that are anybody's; see docs/architecture.md. */
const own = 65_536;
const firstOfAll = 4096 * own;

/**
 * The user of the machine that a resource's `owner` is. Where there are no user namespaces a service's users are the machine's
 * of the same numbers.
 */
export function userOnMachine(uid: number, hasUserNamespaces: boolean): number {
  return hasUserNamespaces || uid < firstOfAll ? uid : uid % own;
}

/** The user of the machine that is 0 inside a container. */
export function firstUser(container: Container, hasUserNamespaces: boolean): number {
  return userOnMachine(container.users ?? 0, hasUserNamespaces);
}

/** How a container's users are mapped to the machine's, in Podman's words; nothing when they are the same. */
export function userMapping(container: Container, hasUserNamespaces: boolean) {
  if (container.users === undefined || !hasUserNamespaces) return {};
  const map = [{ container_id: 0, host_id: container.users, size: own }];
  return { userns: { nsmode: "private" }, idmappings: { UIDMap: map, GIDMap: map } };
}
