import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { exclusively } from "../lib/file-lock.ts";
import { isErrno, writeAtomically } from "../lib/fs.ts";
import { fail, type Problem, ProblemError } from "../lib/problem.ts";
import { readSecretsFile, type SecretsFile } from "./document.ts";
import { largest } from "./root.ts";

/** How long somebody else may take to write, in milliseconds. */
const patience = 10_000;

/** The secrets.yaml of a site's directory; undefined when there is none. Problem: its first, when it has any. */
export async function readStore(directory: string): Promise<SecretsFile | undefined> {
  const text = await readText(join(directory, "secrets.yaml"));
  if (text === undefined) return undefined;
  const { file, problems } = readSecretsFile(text);
  return file ?? refuse(problems);
}

/**
 * Writes the secrets.yaml of a site's directory, at once and whole, for whoever the file or else the directory belongs to. `before`
 * is the text that was read; when it is another by now nothing is written. Problem: `SECRETS_MOVED`.
 */
export async function writeStore(directory: string, before: string | undefined, text: string): Promise<void> {
  await exclusively(directory, AbortSignal.timeout(patience), async () => {
    const now = await readStore(directory);
    if (now?.text !== before)
      fail("SECRETS_MOVED", "expected secrets.yaml to stay as it was meanwhile, got another one: nothing was changed", {
        hint: "run the same again",
      });
    await writeBeside(directory, join(directory, "secrets.yaml"), text);
  });
}

/** Writes a file of a site that everybody may read, for whoever the file or else the directory belongs to. Problem: `FILE_UNWRITABLE`. */
export async function writeBeside(directory: string, path: string, text: string): Promise<void> {
  const held = await statIfThere(path);
  const { uid } = held ?? (await stat(directory));
  const owner = uid === process.geteuid?.() ? undefined : uid;
  try {
    await writeAtomically(path, text, held === undefined ? 0o644 : held.mode & 0o777, owner);
  } catch (cause) {
    if (!isErrno(cause, "EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT")) throw cause;
    fail("FILE_UNWRITABLE", `expected to write ${path}, got "${cause.code}": it is as it was`, { cause });
  }
}

/** The text of a small file; undefined when there is none. Problems: `FILE_UNREADABLE`, `SECRETS_TOO_LARGE`, `FILE_NOT_TEXT`. */
export async function readText(path: string): Promise<string | undefined> {
  const held = await statIfThere(path);
  if (held === undefined) return undefined;
  if (!held.isFile()) fail("FILE_UNREADABLE", `expected a file at ${path}, got something else`);
  if (held.size > largest) fail("SECRETS_TOO_LARGE", `expected at most 1 MiB in ${path}, got more`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    if (cause instanceof TypeError) return fail("FILE_NOT_TEXT", `expected UTF-8 text in ${path}, got other bytes`);
    if (!isErrno(cause, "EACCES", "EPERM")) throw cause;
    return fail("FILE_UNREADABLE", `expected to read ${path}, got "${cause.code}"`, { cause });
  }
}

async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return undefined;
    throw thrown;
  }
}

function refuse(problems: readonly Problem[]): never {
  const [first] = problems;
  if (first === undefined) return fail("SECRETS_SYNTAX", "expected a whole secrets.yaml");
  throw new ProblemError(first);
}
