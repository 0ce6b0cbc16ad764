import { fail } from "../lib/problem.ts";
import type { Context } from "./command.ts";

/**
 * Asks whether to go on. Without a terminal it asks nobody: problem `USAGE_UNATTENDED`, which names `--yes`. `doing` says what
 * would be done, for that problem.
 */
export async function confirm({ terminal, signal }: Context, question: string, doing: string): Promise<boolean> {
  if (!terminal.interactive) unattended(doing, "--yes does it without asking");
  const answer = await terminal.ask(`${question} [y/N] `, signal);
  return /^y(es)?$/i.test(answer.trim());
}

/** Asks for a word to be typed. As {@link confirm}; `flag` is what does it without asking. */
export async function confirmByName(
  { terminal, signal }: Context,
  {
    question,
    word,
    doing,
    flag,
  }: { readonly question: string; readonly word: string; readonly doing: string; readonly flag: string },
): Promise<boolean> {
  if (!terminal.interactive) unattended(doing, `${flag} does it without asking`);
  return (await terminal.ask(`${question} `, signal)).trim() === word;
}

function unattended(doing: string, hint: string): never {
  return fail("USAGE_UNATTENDED", `expected somebody at a terminal who agrees to ${doing}, got no terminal`, { hint });
}
