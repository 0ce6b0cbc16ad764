import { fail } from "../lib/problem.ts";
import type { Context } from "./command.ts";

/** In characters. Long enough that guessing over the network is hopeless with what services let pass per second. */
const least = 8;

/**
 * A new password, asked for twice, or the first line of standard input. Problems: `USAGE_UNATTENDED`, `PASSWORD_SHORT`,
 * `PASSWORD_DIFFERS`, `PASSWORD_TEXT`.
 */
export async function newPassword(
  { terminal, signal }: Context,
  name: string,
  from: "person" | "input",
): Promise<string> {
  if (from === "input") return accepted(await terminal.line(signal));
  if (!terminal.interactive) {
    return fail("USAGE_UNATTENDED", "expected somebody at a terminal to type a password, got no terminal", {
      hint: "--stdin reads it from standard input",
    });
  }
  const password = accepted(await terminal.askSecret(`New password for ${name}: `, signal));
  const again = await terminal.askSecret("Once more: ", signal);
  if (again !== password) fail("PASSWORD_DIFFERS", "expected the same password twice, got two: nothing was changed");
  return password;
}

function accepted(password: string): string {
  const length = [...password].length;
  if (length < least) fail("PASSWORD_SHORT", `expected at least ${least} characters, got ${length}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  if (/[\u0000-\u001f\u007f]/.test(password)) fail("PASSWORD_TEXT", "expected a password without control characters");
  return password;
}
