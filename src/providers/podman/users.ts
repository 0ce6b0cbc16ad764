import type { Container } from "../../resource/kinds/container.ts";
import { ownUsers, userOnMachine } from "../machine-users.ts";

/** The user of the machine that is 0 inside a container. */
export function firstUser(container: Container, hasUserNamespaces: boolean): number {
  return userOnMachine(container.users ?? 0, hasUserNamespaces);
}

/** How a container's users are mapped to the machine's, in Podman's words; nothing when they are the same. */
export function userMapping(container: Container, hasUserNamespaces: boolean) {
  if (container.users === undefined || !hasUserNamespaces) return {};
  const map = [{ container_id: 0, host_id: container.users, size: ownUsers }];
  return { userns: { nsmode: "private" }, idmappings: { UIDMap: map, GIDMap: map } };
}
