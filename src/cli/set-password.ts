import { argon2, randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { isErrno, writeAtomically } from "../lib/fs.ts";
import { fail } from "../lib/problem.ts";
import { setPassword as withPassword } from "../site/people-edit.ts";

/** RFC 9106 in the size that OWASP's password storage cheat sheet names first for argon2id: 19 MiB, 2 passes, 1 lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const;

/**
 * Writes the hash of a new password of somebody into a site's people.yaml, at once and whole; nothing else in it changes, but
 * that others than its owner and group cannot read it any more. The password is asked for only when the person is known to be there. Problems: `FILE_MISSING`, `PERSON_UNKNOWN`, `PEOPLE_MOVED`.
 */
export async function setPassword(site: string, name: string, ask: () => Promise<string>): Promise<void> {
  const file = join(site, "people.yaml");
  const before = await read(file);
  withPassword(before, name, "$argon2id$only-to-see-whether-it-can-be-written");
  const hash = await hashOf(await ask());
  if ((await read(file)) !== before) {
    fail(
      "PEOPLE_MOVED",
      "expected people.yaml to stay as it was while you typed, got another one: nothing was changed",
      {
        hint: `run it again: freehold passwd ${name}`,
      },
    );
  }
  await writeAtomically(file, withPassword(before, name, hash), (await stat(file)).mode & 0o770);
}

/** An argon2id hash as PHC text, with a salt of its own. */
async function hashOf(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await promisify(argon2)("argon2id", { ...cost, message: password, nonce: salt, tagLength: 32 });
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (!isErrno(cause, "ENOENT")) throw cause;
    return fail("FILE_MISSING", "expected a people.yaml in the site, got none", {
      hint: "write one, with a line for each person: ada: {}",
      cause,
    });
  }
}
