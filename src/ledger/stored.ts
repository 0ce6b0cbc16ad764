import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno, readIfThere, writeAtomically } from "../lib/fs.ts";
import { makeWithPassages } from "../lib/passage.ts";
import { fail } from "../lib/problem.ts";
import { orUnwritable } from "./unwritable.ts";

/** The text of a file of the ledger; undefined when there is none. Problem: `LEDGER_UNREADABLE` when only root may read it. */
export async function readStored(path: string): Promise<string | undefined> {
  try {
    return await readIfThere(path);
  } catch (thrown) {
    if (!isErrno(thrown, "EACCES")) throw thrown;
    return fail("LEDGER_UNREADABLE", `expected to read ${path}, got "${thrown.code}"`, {
      hint: "run the same as root",
      cause: thrown,
    });
  }
}

/** Writes a file of the ledger: at once and whole, for its owner alone. Problem: `LEDGER_UNWRITABLE`. */
export async function writeStored(path: string, text: string): Promise<void> {
  const ledger = dirname(path);
  const write = async (): Promise<void> => {
    await makeWithPassages(ledger);
    await writeAtomically(path, text, 0o600);
  };
  await orUnwritable(ledger, write());
}

/** A word that changes whenever a file was stored; cheap enough to ask each second. Undefined: there is none. */
export async function markOf(path: string): Promise<string | undefined> {
  try {
    const { ino, mtimeMs, size } = await stat(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return undefined;
    throw thrown;
  }
}
