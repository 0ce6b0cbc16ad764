import { isErrno } from "../lib/fs.ts";
import { fail } from "../lib/problem.ts";

/** Passes on what writing in the ledger comes to. Problem: `LEDGER_UNWRITABLE`, for whoever lacks the rights or the space. */
export async function orUnwritable<T>(ledger: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    if (!isErrno(thrown, "EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT")) throw thrown;
    return fail("LEDGER_UNWRITABLE", `expected to write in ${ledger}, got "${thrown.code}"`, {
      hint: /ENOSPC|EDQUOT/.test(String(thrown.code))
        ? "make room on the disk, then run this again"
        : "run this as root",
      cause: thrown,
    });
  }
}
