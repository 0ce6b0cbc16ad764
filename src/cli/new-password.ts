import { passwordFault } from "../lib/password-rule.ts";
import { fail } from "../lib/problem.ts";
import type { Context } from "./command.ts";

/**
 * A new password, asked for twice, or the first line of standard input. Problems: `USAGE_UNATTENDED`, `PASSWORD_DIFFERS`,
 * those of {@link passwordFault}.
 */
export async function newPassword(
  { terminal, signal }: Context,
  name: string,
  from: "person" | "input",
): Promise<string> {
  if (from === "input") return accepted(await terminal.line(signal), name);
  if (!terminal.interactive) {
    return fail("USAGE_UNATTENDED", "expected somebody at a terminal to type a password, got no terminal", {
      hint: "--stdin reads it from standard input",
    });
  }
  const password = accepted(await terminal.askSecret(`New password for ${name}: `, signal), name);
  const again = await terminal.askSecret("Once more: ", signal);
  if (again !== password) fail("PASSWORD_DIFFERS", "expected the same password twice, got two: nothing was changed");
  return password;
}

function accepted(password: string, name: string): string {
  const fault = passwordFault(password, name);
  return fault === undefined ? password : fail(fault.code, fault.message);
}
