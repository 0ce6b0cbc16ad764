import { realpath } from "node:fs/promises";
import { sep } from "node:path";
import { isErrno } from "../lib/fs.ts";
import type { SiteCode } from "./problem-codes.ts";

/** Why a file or directory could not be read, without a place. */
export type Unreadable = {
  readonly code: SiteCode;
  readonly message: string;
  readonly hint?: string;
  readonly kind?: "transient";
};

/** Where a path really is, all links followed, if that is inside `root` (itself without links). */
export async function realInside(root: string, path: string): Promise<{ path: string } | Unreadable> {
  try {
    const real = await realpath(path);
    if (real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)) return { path: real };
    return {
      code: "FILE_OUTSIDE",
      message: "expected a file inside the site, got a link that leads out of it",
      hint: "copy the file into the site",
    };
  } catch (thrown) {
    return unreadable(thrown);
  }
}

/** What a file system error means for the person. Anything else is thrown on. */
export function unreadable(thrown: unknown): Unreadable {
  if (isErrno(thrown, "ENOENT", "ENOTDIR"))
    return {
      code: "FILE_MISSING",
      message: "expected a file, got nothing by that name",
      hint: "mend the path, or make the file",
    };
  if (isErrno(thrown, "EACCES", "EPERM"))
    return {
      code: "FILE_UNREADABLE",
      message: "expected a file that may be read, got a refusal",
      hint: "let the user that runs freehold read it: chmod u+r",
    };
  if (isErrno(thrown, "ELOOP"))
    return {
      code: "FILE_UNREADABLE",
      message: "expected a file, got links that lead in a circle",
      hint: "remove the link",
    };
  if (isErrno(thrown, "ENXIO", "ENODEV", "EOPNOTSUPP"))
    return { code: "FILE_NOT_PLAIN", message: "expected a file, got a socket or a device", hint: "remove it" };
  if (thrown instanceof Error && "syscall" in thrown)
    return {
      code: "FILE_UNREADABLE",
      message: `expected a file that can be read, got "${thrown.message}"`,
      kind: "transient",
    };
  throw thrown;
}

/** Whether a result is the reason why there is none. */
export function isUnreadable(result: object): result is Unreadable {
  return "code" in result && "message" in result;
}
