import { isErrno } from "../lib/fs.ts";
import { fail } from "../lib/problem.ts";
import { identities, personKeyFile } from "./identities.ts";
import { type KeyFile, keyFile, machineIdentity, machineKeyFile } from "./machine-identity.ts";

/** A key for which a new secrets.yaml is sealed. */
export type Founder = KeyFile & { readonly whose: "machine" | "person" };

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Whom a new secrets.yaml is for: the machine, whose key is made when it can be, and the person, for every key of theirs that sops
 * would find. Where there is neither, a key is made for the person. Problems: `KEY_FILE`, `SECRETS_KEY_NEEDED`.
 */
export async function founders(env: Env, root: string): Promise<Founder[]> {
  const machine = await machineIfAllowed(root);
  const { found } = await identities(env, root);
  const own = found.filter(({ from, recipient }) => from !== machineKeyFile(root) && recipient !== machine?.recipient);
  const persons = new Map(own.map(({ recipient, from }) => [recipient, { path: from, recipient, made: false }]));
  const all: Founder[] = [
    ...(machine === undefined ? [] : [{ ...machine, whose: "machine" as const }]),
    ...[...persons.values()].map((it) => ({ ...it, whose: "person" as const })),
  ];
  if (all.length > 0) return all;
  const path = personKeyFile(env);
  if (path !== undefined) return [{ ...(await keyFile(path)), whose: "person" }];
  return fail(
    "SECRETS_KEY_NEEDED",
    "expected a key of age to seal secrets.yaml for, got none, and no place to make one",
    {
      hint: "run the same as root: then the machine's own key is made",
    },
  );
}

/** The machine's key, made when there is none; undefined for those who may neither read nor make it. */
export async function machineIfAllowed(root: string): Promise<KeyFile | undefined> {
  try {
    return await machineIdentity(root);
  } catch (thrown) {
    if (isErrno(thrown, "EACCES", "EPERM", "EROFS")) return undefined;
    throw thrown;
  }
}
