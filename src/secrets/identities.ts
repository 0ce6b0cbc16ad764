import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../lib/fs.ts";
import { recipientOf, secretsIn } from "./age-key.ts";
import { keyFromCommand } from "./key-command.ts";
import { machineKeyFile } from "./machine-identity.ts";

/** A private key of age. `secret` is never shown. */
export type Identity = {
  readonly secret: string;
  readonly recipient: string;
  /** Where it was found: a path, or the name of a variable. */
  readonly from: string;
};

/** The private keys that were found, and every place that was looked at, with what was amiss there. */
export type Identities = { readonly found: readonly Identity[]; readonly looked: readonly string[] };

type Env = Readonly<Record<string, string | undefined>>;
type Look = { readonly from: string; readonly text: string | undefined; readonly amiss?: string };

/**
 * Every age key that this process may use: the machine's own below `root`, and those that sops finds too (`SOPS_AGE_KEY`,
 * `SOPS_AGE_KEY_FILE`, `SOPS_AGE_KEY_CMD`, `~/.config/sops/age/keys.txt`). Never throws for what is not there or cannot be read.
 */
export async function identities(env: Env, root: string): Promise<Identities> {
  const files = [machineKeyFile(root), env.SOPS_AGE_KEY_FILE ?? "", personKeyFile(env) ?? ""].filter((it) => it !== "");
  const looks: Look[] = await Promise.all([...new Set(files)].map(look));
  const variable: Look = { from: "SOPS_AGE_KEY", text: env.SOPS_AGE_KEY };
  const command = env.SOPS_AGE_KEY_CMD ?? "";
  const printed = command === "" ? [] : [{ from: "SOPS_AGE_KEY_CMD", ...(await keyFromCommand(command)) }];
  const read = await Promise.all([...looks, variable, ...printed].map(identitiesIn));
  return { found: read.flatMap(({ found }) => found), looked: read.flatMap(({ looked }) => looked) };
}

/** Where a person's keys are, as sops has it; undefined without a home. */
export function personKeyFile(env: Env): string | undefined {
  const config = env.XDG_CONFIG_HOME ?? (env.HOME === undefined ? undefined : join(env.HOME, ".config"));
  return config === undefined || config === "" ? undefined : join(config, "sops/age/keys.txt");
}

async function look(from: string): Promise<Look> {
  try {
    return { from, text: await readFile(from, "utf8") };
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return { from, text: undefined };
    if (isErrno(thrown, "EACCES", "EPERM", "EISDIR", "ELOOP"))
      return { from, text: undefined, amiss: "it cannot be read" };
    throw thrown;
  }
}

async function identitiesIn({ from, text, amiss }: Look): Promise<Identities> {
  const secrets = secretsIn(text ?? "");
  const recipients = await Promise.all(secrets.map(recipientOf));
  const found = secrets.flatMap((secret, index) => {
    const recipient = recipients[index];
    return recipient === undefined ? [] : [{ secret, recipient, from }];
  });
  const wrong = found.length === secrets.length ? amiss : "it holds something that is no key of age";
  return { found, looked: [wrong === undefined ? from : `${from} (${wrong})`] };
}
