import { fail } from "../lib/problem.ts";

/** What changes or asks the machine is root's business. `user` is this process' user id. Problem: `ROOT_NEEDED`. */
export function needRoot(user: number): void {
  if (user === 0) return;
  fail("ROOT_NEEDED", `expected to run as root, got user ${user}`, { hint: "run the same with sudo, or as root" });
}
