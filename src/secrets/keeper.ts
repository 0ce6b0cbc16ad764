import { fail } from "../lib/problem.ts";
import { newDataKey } from "./data-key.ts";
import type { SecretsFile } from "./document.ts";
import { type Founder, founders } from "./founders.ts";
import { type Identities, identities } from "./identities.ts";
import { type OpenFile, openFile } from "./open.ts";
import { newFile, type Values, wholeFile, withValues } from "./seal.ts";
import { keepSopsRule, type SopsRule } from "./sops-rule.ts";
import { readStore, writeStore } from "./store.ts";

/** Where the secrets of a site are, and whose keys may open them. */
export type Keeper = {
  /** The site's directory. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where freehold keeps its things on this machine. */
  readonly root: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

/** A site's secrets, opened. A file that is not there yet has founders, for whom it will be sealed. */
export type Kept = OpenFile & { readonly file: SecretsFile; readonly founders?: readonly Founder[] };

/** The site's secrets. Problems: `SECRETS_MISSING`, and those of reading and opening. */
export async function openKept(keeper: Keeper): Promise<Kept> {
  const file = await readStore(keeper.directory);
  return file === undefined ? missing() : { file, ...(await openFile(file, await identitiesOf(keeper))) };
}

/** The same; without a secrets.yaml a new one, which is not written yet. Problems also: those of {@link founders}. */
export async function openOrFound(keeper: Keeper): Promise<Kept> {
  const file = await readStore(keeper.directory);
  if (file !== undefined) return { file, ...(await openFile(file, await identitiesOf(keeper))) };
  const all = await founders(keeper.env, keeper.root);
  const key = newDataKey();
  const recipients = all.map(({ recipient }) => recipient);
  return { file: wholeFile(await newFile(key, recipients, keeper.now)), key, values: new Map(), founders: all };
}

/** Writes what was made of the secrets, and keeps the rule of sops in step. Problem: `SECRETS_MOVED`. */
export async function writeKept({ directory }: Keeper, { file, founders }: Kept, text: string): Promise<SopsRule> {
  await writeStore(directory, founders === undefined ? file.text : undefined, text);
  return keepSopsRule(directory, recipientsOf(file), recipientsOf(wholeFile(text)));
}

/**
 * Sets some secrets of a site and writes its secrets.yaml, which is made when there is none; resolves with what was there before.
 * What does not change keeps its sealed text. Problems: those of {@link openOrFound}, `SECRETS_MOVED`.
 */
export async function putSecrets(keeper: Keeper, values: Values): Promise<Kept> {
  const kept = await openOrFound(keeper);
  await writeKept(keeper, kept, withValues(kept.file, kept, values, keeper.now));
  return kept;
}

/** Whom a file is sealed for. */
export function recipientsOf({ metadata }: SecretsFile): string[] {
  return metadata.keys.map(({ recipient }) => recipient);
}

/** The keys that are here. */
export function identitiesOf({ env, root }: Keeper): Promise<Identities> {
  return identities(env, root);
}

/** Says that there is no secrets.yaml. */
export function missing(): never {
  return fail("SECRETS_MISSING", "expected a secrets.yaml in the site, got none yet", {
    hint: "freehold secrets set NAME makes one",
  });
}
