import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a file so that a reader, and a machine that loses power, sees the old content or the new, never a part. `mode` is
 * set from the first byte on; `owner` is a user id, this process' own unless said. The directory must exist. A full disk leaves the old file and no trace.
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  mode = 0o600,
  owner?: number,
): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString("hex")}.new`;
  try {
    const file = await open(beside, "wx", mode);
    try {
      if (owner !== undefined) await file.chown(owner, owner);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (thrown) {
    await rm(beside, { force: true });
    throw thrown;
  }
  const directory = await open(dirname(path), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Whether something thrown is a file system error with one of these codes: `isErrno(e, "ENOENT")`. */
export function isErrno(thrown: unknown, ...codes: readonly string[]): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && "code" in thrown && codes.includes(String(thrown.code));
}
