import { isErrno } from "../lib/fs.ts";
import { fail } from "../lib/problem.ts";

/** Throws again what was thrown: as the problem `DISK_FULL` when a disk or a quota is full. */
export function explainDisk(cause: unknown): never {
  if (!isErrno(cause, "ENOSPC", "EDQUOT")) throw cause;
  return fail("DISK_FULL", `expected room on the disk, got none for ${cause.path ?? cause.message}`, {
    hint: "df -h tells which disk; then run the same command again",
    cause,
  });
}
