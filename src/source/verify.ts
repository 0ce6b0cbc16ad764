import type { AllowedKey } from "./allowed-key.ts";
import { git, gitFailed } from "./git.ts";
import { type Keyring, withKeyring } from "./keyring.ts";
import type { Store } from "./objects.ts";
import { faultOf, refusal } from "./refusal.ts";
import type { Signer } from "./revision.ts";

/** How many commits one git looks at. */
const atOnce = 250;

/** How many gits work side by side: each starts a program a commit, and home machines have few cores. */
const sideBySide = 2;

/** Milliseconds for one git. */
const timeout = 120_000;

/**
 * Who signed each of some commits, all of which must be signed by one of these keys. One git for many commits. A commit counts as signed only
 * when the tools end with 0, git's verdict is `G` and the fingerprint is one of the list; no other word of theirs is believed.
 * Problems: `UNSIGNED`, `UNKNOWN_SIGNER`, `BAD_SIGNATURE`, `KEY_EXPIRED`, of the first commit that has one.
 */
export async function verify(
  store: Store,
  ids: readonly string[],
  keys: readonly AllowedKey[],
): Promise<ReadonlyMap<string, Signer>> {
  if (ids.length === 0) return new Map();
  return withKeyring(keys, async (keyring) => {
    const known = new Map(keys.map((key) => [key.key, key]));
    const pieces = chunks(ids);
    const found: [string, Signer][] = [];
    async function worker(): Promise<void> {
      for (let some = pieces.shift(); some !== undefined; some = pieces.shift()) {
        found.push(...(await verifySome(store, some, keyring, known)));
      }
    }
    await Promise.all(Array.from({ length: sideBySide }, worker));
    return new Map(found);
  });
}

async function verifySome(
  store: Store,
  ids: readonly string[],
  keyring: Keyring,
  known: ReadonlyMap<string, AllowedKey>,
): Promise<[string, Signer][]> {
  const verdicts = await verdictsOf(store, ids, keyring);
  const found = verdicts.map(({ id, letter, key, primary }): [string, Signer] => {
    const allowed = known.get(key) ?? known.get(primary);
    const wrong = faultOf(letter, allowed !== undefined);
    if (wrong !== undefined || allowed === undefined)
      throw refusal(id, wrong ?? "unknown", { key: primary || key, unread: keyring.unread });
    return [id, { name: allowed.name, key: allowed.key, by: allowed.by }];
  });
  await needExitCode(store, ids, keyring);
  return found;
}

type Verdict = { readonly id: string; readonly letter: string; readonly key: string; readonly primary: string };

/** git's verdict on each: a letter, and the fingerprints of the key and of its primary key; git-log(1), "%G?". */
async function verdictsOf(
  { repository, quarantine }: Store,
  ids: readonly string[],
  keyring: Keyring,
): Promise<Verdict[]> {
  const format = "--format=%H|%G?|%GF|%GP";
  const { code, stdout, stderr } = await git(repository, ["log", "--no-walk=unsorted", "--stdin", format], {
    ...keyring,
    quarantine,
    timeout,
    input: `${ids.join("\n")}\n`,
  });
  if (code !== 0) gitFailed("log", stderr);
  const lines = stdout.toString("latin1").split("\n").slice(0, -1);
  const verdicts = lines.map((line): Verdict => {
    const [id = "", letter = "", key = "", primary = ""] = line.split("|");
    return { id, letter, key, primary };
  });
  if (verdicts.length !== ids.length || verdicts.some(({ id }, index) => id !== ids[index]))
    gitFailed("log", "another number of commits than was asked for");
  return verdicts;
}

/** git's verdict is partly read from what the tools print; this is by what they end with. */
async function needExitCode(
  { repository, quarantine }: Store,
  ids: readonly string[],
  keyring: Keyring,
): Promise<void> {
  const check = async (some: readonly string[]): Promise<boolean> =>
    (await git(repository, ["verify-commit", ...some], { ...keyring, quarantine, timeout })).code === 0;
  if (await check(ids)) return;
  for (const id of ids) if (!(await check([id]))) throw refusal(id, "bad");
  gitFailed("verify-commit", "a verdict for all that is none for one of them");
}

function chunks(ids: readonly string[]): (readonly string[])[] {
  const size = Math.max(1, Math.min(atOnce, Math.ceil(ids.length / sideBySide)));
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, index) =>
    ids.slice(index * size, (index + 1) * size),
  );
}
