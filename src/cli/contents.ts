import { randomBytes } from "node:crypto";
import { fail } from "../lib/problem.ts";
import type { Git } from "./git.ts";

/**
 * The texts of git's objects (`COMMIT:PATH`), in one process; undefined for those that are not there. Behind each name one is asked for
 * that cannot be: git's answer to that tells where a text ends, whatever is in it.
 */
export async function contents(git: Git, names: readonly string[]): Promise<readonly (string | undefined)[]> {
  if (names.length === 0) return [];
  const mark = `freehold-${randomBytes(16).toString("hex")}`;
  const printed = await git.ask(["cat-file", "--batch"], { input: names.map((name) => `${name}\n${mark}\n`).join("") });
  const answers = `${printed}\n`.split(`${mark} missing\n`).slice(0, -1);
  return names.map((name, index) => textOf(name, answers[index]));
}

/** `ID blob SIZE`, the text and the end of a line; or `NAME missing`. */
function textOf(name: string, answer: string | undefined): string | undefined {
  if (answer === `${name} missing\n`) return undefined;
  const head = /^[0-9a-f]+ blob \d+\n/.exec(answer ?? "");
  if (answer === undefined || head === null)
    return fail("GIT_FAILED", `expected git to tell ${name}, got something else`, { kind: "bug" });
  return answer.slice(head[0].length, -1);
}
