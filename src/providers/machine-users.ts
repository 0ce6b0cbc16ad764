import { exec } from "../lib/exec.ts";

/** How many users a service has to itself, and the first of all that are anybody's; see docs/architecture.md. */
export const ownUsers = 65_536;
const firstOfAll = 4096 * ownUsers;

/** Whether a user id of the machine belongs to a service. */
export function isServices(uid: number): boolean {
  return uid >= firstOfAll;
}

/**
 * The user of the machine that a resource's `owner` is. Where there are no user namespaces a service's users are the machine's
 * of the same numbers.
 */
export function userOnMachine(uid: number, hasUserNamespaces: boolean): number {
  return hasUserNamespaces || !isServices(uid) ? uid : uid % ownUsers;
}

/** Whether this machine's kernel lets us make user namespaces; in a plain chroot it does not. */
export async function findUserNamespaces(): Promise<boolean> {
  return (await exec(["unshare", "--user", "true"])).code === 0;
}
