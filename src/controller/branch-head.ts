import { join } from "node:path";
import { markOf } from "../ledger/stored.ts";
import { headOf } from "../source/repository.ts";

/**
 * Asks for the head of a branch of a repository so cheaply that one may ask each second: git itself is asked only when the files in which it
 * keeps branches have changed. Undefined: there is no such branch, or no repository yet.
 */
export function branchHeads(repository: string): (branch: string) => Promise<string | undefined> {
  let known: { readonly marks: string; readonly head: string | undefined } | undefined;
  return async (branch) => {
    const files = ["HEAD", "packed-refs", join("refs/heads", branch)];
    const found = await Promise.all(files.map((file) => markOf(join(repository, file))));
    if (found[0] === undefined) return undefined;
    const marks = [branch, ...found].join(" ");
    if (known?.marks !== marks) known = { marks, head: await headOf(repository, branch) };
    return known.head;
  };
}
