import { constants, type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../lib/fs.ts";
import { isUnreadable, realInside, type Unreadable, unreadable } from "./inside.ts";

/** The largest file that is read, in bytes. */
const largest = 1024 * 1024;

/** Never a link (it could be put there meanwhile), never waiting for somebody at the other end of a pipe. */
const careful = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The text of a file of the site, with `\n` at the ends of lines and without a byte order mark. The directory that it is in
 * has been checked. Links are followed inside the site.
 */
export async function readSiteFile(root: string, file: string): Promise<{ text: string } | Unreadable> {
  const path = join(root, file);
  try {
    return decode(await readBytes(path));
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return vanished;
    if (!isErrno(thrown, "ELOOP")) return unreadable(thrown);
  }
  const real = await realInside(root, path);
  if (isUnreadable(real)) return real;
  try {
    return decode(await readBytes(real.path));
  } catch (thrown) {
    return isErrno(thrown, "ENOENT") ? vanished : unreadable(thrown);
  }
}

const vanished: Unreadable = {
  code: "FILE_VANISHED",
  message: "expected the file that was there a moment ago, got nothing",
  hint: "run it again",
  kind: "transient",
};

async function readBytes(path: string): Promise<Uint8Array | Unreadable> {
  const file = await open(path, careful);
  try {
    const status = await file.stat();
    if (!status.isFile()) {
      const got = status.isDirectory() ? "a directory" : "a pipe or a device";
      return {
        code: "FILE_NOT_PLAIN",
        message: `expected a file, got ${got}`,
        hint: "remove it, or give it another name",
      };
    }
    return status.size > largest ? tooLarge : await readUpTo(file, largest);
  } finally {
    await file.close();
  }
}

const tooLarge: Unreadable = {
  code: "FILE_TOO_LARGE",
  message: "expected at most 1 MiB, got more",
  hint: "keep large content in a file of its own and name it under files",
};

/** The size may have grown since it was asked. */
async function readUpTo(file: FileHandle, limit: number): Promise<Uint8Array | Unreadable> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(16_384) });
    if (bytesRead === 0) return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
    total += bytesRead;
    if (total > limit) return tooLarge;
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

function decode(bytes: Uint8Array | Unreadable): { text: string } | Unreadable {
  if (!(bytes instanceof Uint8Array)) return bytes;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { text: text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text };
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    return { code: "FILE_NOT_TEXT", message: "expected UTF-8 text, got other bytes", hint: "save the file as UTF-8" };
  }
}
