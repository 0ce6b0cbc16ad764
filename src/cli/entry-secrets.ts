import { fail } from "../lib/problem.ts";
import type { Founder } from "../secrets/founders.ts";
import { generateKey, generatePassword } from "../secrets/generate.ts";
import { type Keeper, openKept, putSecrets } from "../secrets/keeper.ts";
import { publicHalf } from "../secrets/public-half.ts";
import { readStore } from "../secrets/store.ts";
import { secretsAskedIn } from "../site/asked-secrets.ts";

/** An entry's text as it is written into a site, the secrets that were made for it, and for whom a new secrets.yaml is sealed. */
export type Furnished = {
  readonly text: string;
  readonly made: readonly string[];
  readonly founders: readonly Founder[];
};

/** Where an entry wants the public half of a key: this stands in one of its records. */
const wantsPublicHalf = /<public half of ([a-z0-9-]+)>/g;

/**
 * Makes the secrets that an entry asks for and the site does not have: a key (RSA, 2,048 bits) where its text has
 * `<public half of NAME>`, else a password. Then puts the public halves there. What the site has already stays as it is.
 * Problems: those of reading and opening secrets.yaml, `SECRET_NO_KEY`.
 */
export async function furnish(text: string, keeper: Keeper): Promise<Furnished> {
  const keys = new Set([...text.matchAll(wantsPublicHalf)].map(([, name = ""]) => name));
  const asked = [...new Set([...secretsAskedIn(text), ...keys])];
  if (asked.length === 0) return { text, made: [], founders: [] };
  const held = new Set((await readStore(keeper.directory))?.entries.map(({ name }) => name));
  const made = new Map<string, string>();
  for (const name of asked.filter((each) => !held.has(each)))
    made.set(name, keys.has(name) ? await generateKey("rsa-2048") : generatePassword());
  const opened = [...keys].some((name) => held.has(name)) ? (await openKept(keeper)).values : new Map<string, string>();
  const halves = new Map([...keys].map((name) => [name, publicHalf(name, made.get(name) ?? opened.get(name) ?? "")]));
  const founders = made.size === 0 ? [] : ((await putSecrets(keeper, made)).founders ?? []);
  const furnished = text.replaceAll(wantsPublicHalf, (_, name: string) => halves.get(name) ?? missing(name));
  return { text: furnished, made: [...made.keys()], founders };
}

function missing(name: string): never {
  return fail("BUG", `expected the public half of ${name}`, { kind: "bug" });
}
