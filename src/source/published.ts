import { rm } from "node:fs/promises";
import { join } from "node:path";
import { gitOrFail } from "./git.ts";

/** Where the machine tells those who may fetch what became of their pushes. Nobody but the machine writes it. */
export const publishedRef = "refs/freehold/journal";

/** What stood there before: somebody may be fetching it this moment. */
const beforeRef = "refs/freehold/journal-before";

/**
 * Puts a text where whoever may fetch from a repository finds it. It takes the place of the one before; the one before that goes, since
 * a machine that works for years would else keep every one.
 */
export async function publish(repository: string, text: string): Promise<void> {
  const printed = await gitOrFail(repository, ["for-each-ref", "--format=%(objectname)", publishedRef, beforeRef]);
  const [before, oldest] = printed.toString("latin1").split("\n").slice(0, -1); // by name, so in this order
  const made = await gitOrFail(repository, ["hash-object", "-w", "--stdin"], { input: text });
  const id = made.toString("latin1").trim();
  if (before === id) return;
  const input = `update ${publishedRef} ${id}\n${before === undefined ? "" : `update ${beforeRef} ${before}\n`}`;
  await gitOrFail(repository, ["update-ref", "--stdin"], { input });
  if (oldest !== undefined && oldest !== id && oldest !== before)
    await rm(loosePath(repository, oldest), { force: true });
}

/** Where git keeps an object that is in no pack. gitrepository-layout(5) */
function loosePath(repository: string, id: string): string {
  return join(repository, "objects", id.slice(0, 2), id.slice(2));
}
