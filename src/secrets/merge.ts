import { randomBytes } from "node:crypto";
import { fail } from "../lib/problem.ts";
import type { Identities } from "./identities.ts";
import { groundOf, isSameKey } from "./merge-key.ts";
import { mergeRecipients } from "./merge-recipients.ts";
import { mergeText } from "./merge-text.ts";
import { type Choices, type Conflict, chooseSides, type VersionValues } from "./merge-values.ts";
import { openText } from "./open-text.ts";
import { type Opened, reseal } from "./reseal.ts";
import type { Values } from "./seal.ts";
import { type Segment, type Segments, segmentsOf } from "./segments.ts";
import { openVersions, type Versions, type VersionTexts } from "./versions.ts";
import { keyText } from "./yaml-text.ts";

/** A merged secrets.yaml, sealed and whole, and the secrets over which the two sides do not agree. */
export type Merged = { readonly text: string; readonly conflicts: readonly Conflict[] };

/**
 * Merges two versions of secrets.yaml secret by secret. Where both changed one differently ours stands; what is the same on a side has
 * the sealed text that it has there. Whoever either side took away can open nothing of the result. Problems: those of reading and
 * opening, and `SECRETS_OTHER_KEYS`.
 *
 * @param between for a merge of which only another merge will come: nothing stands for what is not agreed on, so that nobody follows it.
 */
export async function mergeSecrets(
  texts: VersionTexts,
  { identities, now, between }: { readonly identities: Identities; readonly now: number; readonly between?: true },
): Promise<Merged> {
  const versions = await openVersions(texts, identities);
  needAgeAlone(versions);
  const { base, ours, theirs } = versions;
  const choices = chooseSides(baseValues(versions), ours.values, theirs.values);
  const [were, here, there] = [base?.file, ours.file, theirs.file].map(recipientsOf);
  const ground = await groundOf(versions, mergeRecipients(were ?? [], here ?? [], there ?? []), now);
  const own = between ? undecided(segmentsIn(ours), choices.conflicts) : segmentsIn(ours);
  const segments = { base: segmentsIn(base?.opened), ours: own, theirs: segmentsIn(theirs) };
  const others = [ours, theirs].filter(({ key }) => isSameKey(key, ground.key));
  const result = reseal(ground.file, ground, mergeText(segments, choices.sides), now, others);
  if (!("text" in result) || !isAsChosen(result.values, versions, choices, between ? choices.conflicts : []))
    return fail("SECRETS_MERGE", "expected two versions of secrets.yaml that are laid out alike, got others", {
      hint: "take one side whole (git checkout --ours secrets.yaml), then set what the other side had",
    });
  return { text: result.text, conflicts: choices.conflicts };
}

/** What the base had. Of one that stays sealed we know what has the same sealed text on a side. */
function baseValues({ base, ours, theirs }: Versions): VersionValues {
  if (base === undefined) return new Map();
  if (base.opened !== undefined) return base.opened.values;
  return new Map(
    base.file.entries.map(({ name, text }) => {
      const side = [ours, theirs].find(({ file }) => file.entries.some((it) => it.name === name && it.text === text));
      return [name, side?.values.get(name)];
    }),
  );
}

function segmentsIn(version: Opened | undefined): Segments {
  return version === undefined ? { entries: [], tail: "" } : segmentsOf(openText(version.file, version));
}

/** Gives what is not agreed on a value that neither side has. */
function undecided({ entries, tail }: Segments, conflicts: readonly Conflict[]): Segments {
  const names = new Set(conflicts.map(({ name }) => name));
  const lines = [...names].map((name): Segment => {
    const head = entries.find((entry) => entry.name === name)?.head ?? "";
    return { name, head, body: `${keyText(name)}: x${randomBytes(16).toString("hex")}\n` };
  });
  return { entries: [...entries.filter(({ name }) => !names.has(name)), ...lines], tail };
}

function isAsChosen(
  values: Values,
  { ours, theirs }: Versions,
  { sides }: Choices,
  except: readonly Conflict[],
): boolean {
  const open = new Set(except.map(({ name }) => name));
  return [...sides].every(([name, side]) => {
    const from = side === "ours" ? ours.values : theirs.values;
    return open.has(name) || values.get(name) === from.get(name);
  });
}

function needAgeAlone({ base, ours, theirs }: Versions): void {
  const others = [base?.file, ours.file, theirs.file].flatMap((file) => file?.metadata.otherKeys ?? []);
  if (others.length > 0)
    fail("SECRETS_OTHER_KEYS", `expected keys of age alone, got keys of ${[...new Set(others)].join(" and ")} too`, {
      hint: "take one side whole (git checkout --ours secrets.yaml), then set with sops what the other side had",
    });
}

function recipientsOf(file: Opened["file"] | undefined): string[] {
  return file?.metadata.keys.map(({ recipient }) => recipient) ?? [];
}
