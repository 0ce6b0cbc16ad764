import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
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
    return decode(readBytes(path));
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return vanished;
    if (!isErrno(thrown, "ELOOP")) return unreadable(thrown);
  }
  const real = await realInside(root, path);
  if (isUnreadable(real)) return real;
  try {
    return decode(readBytes(real.path));
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

/** Without waiting between its calls: for thousands of small files that takes a tenth of the time. */
function readBytes(path: string): Uint8Array | Unreadable {
  const file = openSync(path, careful);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) {
      const got = status.isDirectory() ? "a directory" : "a pipe or a device";
      return {
        code: "FILE_NOT_PLAIN",
        message: `expected a file, got ${got}`,
        hint: "remove it, or give it another name",
      };
    }
    return status.size > largest ? tooLarge : readUpTo(file, status.size);
  } finally {
    closeSync(file);
  }
}

const tooLarge: Unreadable = {
  code: "FILE_TOO_LARGE",
  message: "expected at most 1 MiB, got more",
  hint: "keep large content in a file of its own and name it under files",
};

/** The size may have grown since it was asked, so one byte more is asked for. */
function readUpTo(file: number, size: number): Uint8Array | Unreadable {
  const buffer = Buffer.allocUnsafe(size + 1);
  let total = 0;
  while (total <= size) {
    const count = readSync(file, buffer, total, size + 1 - total, total);
    if (count === 0) return buffer.subarray(0, total);
    total += count;
  }
  return size >= largest ? tooLarge : readUpTo(file, largest);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Uint8Array | Unreadable): { text: string } | Unreadable {
  if (!(bytes instanceof Uint8Array)) return bytes;
  try {
    const text = utf8.decode(bytes);
    return { text: text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text };
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    return { code: "FILE_NOT_TEXT", message: "expected UTF-8 text, got other bytes", hint: "save the file as UTF-8" };
  }
}
