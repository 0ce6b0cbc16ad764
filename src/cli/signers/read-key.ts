import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { isErrno } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import { type AllowedKey, isKeyFault, readAllowedKey } from "../../source/allowed-key.ts";
import type { Context } from "../command.ts";

/**
 * The key that some words are: the words of its line, a file, or `-` for standard input. Problems: `SIGNER_INVALID`, `FILE_MISSING`,
 * `FILE_UNREADABLE`.
 */
export async function readKey(
  context: Context,
  words: readonly string[],
  name: string | undefined,
): Promise<AllowedKey> {
  const [first, ...others] = words;
  if (first === undefined) return fail("USAGE_ARGUMENT", "expected a KEY or FILE behind add, got nothing");
  const isLine = others.length > 0 || /^\S+ \S/.test(first) || first.includes("BEGIN PGP");
  const text = isLine ? words.join(" ") : await textOf(context, first);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  if (!text.includes("BEGIN") && lines.length > 1)
    fail("SIGNER_INVALID", `expected one key, got ${lines.length} lines`, { hint: "add one after the other" });
  const read = readAllowedKey(text.includes("BEGIN") ? text : (lines[0] ?? ""), name);
  if (!isKeyFault(read)) return read;
  const beside =
    read.is === "private" && !isLine && first !== "-" ? `its public half lies beside it: ${first}.pub` : undefined;
  return fail("SIGNER_INVALID", `expected ${read.expected}, got ${read.got}`, { hint: beside ?? read.hint });
}

/** Bytes: no key is longer. */
const longest = 65_536;

async function textOf({ terminal, signal, cwd }: Context, word: string): Promise<string> {
  if (word === "-") return terminal.all(signal);
  try {
    const file = await open(resolve(cwd, word), "r");
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(longest + 1) });
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (!isErrno(cause, "ENOENT", "ENOTDIR", "EACCES", "EISDIR", "ENAMETOOLONG")) throw cause;
    return fail("FILE_MISSING", `expected a key, or a file with one, got "${word.slice(0, 80)}", which is neither`, {
      hint: "write the whole line: freehold signers add ssh-ed25519 AAAA… ada",
      cause,
    });
  }
}
