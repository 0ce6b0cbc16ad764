import { argon2Sync, randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execOrFail } from "../../src/lib/exec.ts";

/** Somebody who uses a test site, with what they would keep on their own devices. */
export type TestPerson = {
  readonly name: string;
  readonly password: string;
  /** What people.yaml holds of it: an argon2id hash as PHC text. */
  readonly hash: string;
  /** Path of the private key file; the public one beside it ends in `.pub`. */
  readonly keyFile: string;
  /** `ssh-ed25519 AAAA…` */
  readonly key: string;
};

/** Makes somebody up, with a new password and a new key in this directory. */
export async function makePerson(name: string, directory: string): Promise<TestPerson> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const keyFile = join(directory, `${name}.key`);
  await execOrFail(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", keyFile]);
  const [type = "", blob = ""] = (await readFile(`${keyFile}.pub`, "utf8")).split(" ");
  const password = randomBytes(12).toString("hex"); // begins with no dash: clients would take it for an option
  return { name, password, hash: passwordHash(password), keyFile, key: `${type} ${blob}` };
}

/** The text of a people.yaml that lists them, all in the group `family`. */
export function peopleYaml(people: readonly TestPerson[]): string {
  return people
    .map(({ name, key, hash }) => `${name}:\n  groups: [family]\n  keys: [${key}]\n  password: "${hash}"\n`)
    .join("");
}

/** As little work as freehold takes: tests log in often. */
function passwordHash(password: string): string {
  const salt = randomBytes(16);
  const cost = { memory: 7168, passes: 1, parallelism: 1 };
  const tag = argon2Sync("argon2id", { ...cost, message: password, nonce: salt, tagLength: 32 });
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replace(/=+$/, "");
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${text(salt)}$${text(tag)}`;
}
