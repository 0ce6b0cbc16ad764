import { fail } from "../lib/problem.ts";
import { commentsWith } from "./comments.ts";
import { sealDataKey } from "./data-key.ts";
import { readSecretsFile, type SecretsFile } from "./document.ts";
import { type Edit, edited } from "./edits.ts";
import type { Range } from "./nodes.ts";
import { digestOf, type OpenFile, openFileWith } from "./open.ts";
import type { SealedKey } from "./sealed.ts";
import { placeOfName, sealedWith, sealText } from "./sealed-text.ts";
import { agePart, sopsPart } from "./sops-part.ts";
import { keyText, sealedText } from "./yaml-text.ts";

/** Values by name. */
export type Values = ReadonlyMap<string, string>;

/** The text of a new secrets.yaml without any secret, for these recipients. */
export async function newFile(key: Uint8Array, recipients: readonly string[], now: number): Promise<string> {
  return withDigest(sopsPart(await sealedFor(recipients, key)), key, new Map(), now);
}

/**
 * The text of a file with these values besides its others. What does not change keeps its sealed text and its place; new names
 * stand behind the last one.
 */
export function withValues(file: SecretsFile, { key, values }: OpenFile, changes: Values, now: number): string {
  const changed = file.entries.filter(({ name }) => changes.has(name) && changes.get(name) !== values.get(name));
  const replaced = changed.map(({ name, range }): Edit => ({ range, text: sealed(name, changes, key) }));
  const added = [...changes.keys()].filter((name) => !values.has(name));
  const indent = indentAt(file.text, file.sops.start);
  const lines = added.map((name) => `${indent}${keyText(name)}: ${sealed(name, changes, key)}\n`).join("");
  const text = edited(file.text, [...replaced, { range: beforeSops(file), text: lines }]);
  return withDigest(text, key, new Map([...values, ...changes]), now);
}

/** The text of a file with a new data key, sealed for these recipients: every sealed text is another, every value the same. */
export async function withNewKey(
  file: SecretsFile,
  { key, values }: OpenFile,
  next: Uint8Array,
  recipients: readonly string[],
  now: number,
): Promise<string> {
  const entries = file.entries.map(({ name, text, range }): Edit => {
    return { range, text: sealedText(sealedWith(next, text, key, placeOfName(name)) ?? "") };
  });
  const comments = commentsWith(next, file.text, key);
  const age = ageEdit(file, await sealedFor(recipients, next));
  return withDigest(edited(file.text, [...entries, ...comments, age]), next, values, now);
}

/** The text of a file which a further recipient can open as well. Nothing else of it changes but its digest and its time. */
export async function withRecipient(
  file: SecretsFile,
  { key, values }: OpenFile,
  recipient: string,
  now: number,
): Promise<string> {
  const keys = [...file.metadata.keys, await sealDataKey(key, recipient)];
  return withDigest(edited(file.text, [ageEdit(file, keys)]), key, values, now);
}

/** The text of a file for these recipients, in this order; those who could open it still can with what they have. The data key stays. */
export async function withRecipients(
  file: SecretsFile,
  { key, values }: OpenFile,
  recipients: readonly string[],
  now: number,
): Promise<string> {
  const held = new Map(file.metadata.keys.map((it) => [it.recipient, it]));
  const keys = await Promise.all(recipients.map(async (each) => held.get(each) ?? sealDataKey(key, each)));
  return withDigest(edited(file.text, [ageEdit(file, keys)]), key, values, now);
}

/** Puts the digest and the time into a text, and makes sure that it opens to what it should. */
export function withDigest(text: string, key: Uint8Array, expected: Values, now: number): string {
  const file = wholeFile(text);
  const lastModified = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
  const mac = sealText(digestOf(file, key), key, lastModified);
  const { ranges } = file.metadata;
  const done = edited(file.text, [
    { range: ranges.mac, text: mac },
    { range: ranges.lastModified, text: `"${lastModified}"` },
  ]);
  const { values } = openFileWith(wholeFile(done), key);
  const isSame = values.size === expected.size && [...expected].every(([name, value]) => values.get(name) === value);
  if (!isSame)
    fail("SECRETS_EDIT", "expected to change secrets.yaml and have every other value as before", { kind: "bug" });
  return done;
}

/** A file that is known to be whole. */
export function wholeFile(text: string): SecretsFile {
  const { file, problems } = readSecretsFile(text);
  const [problem] = problems;
  if (file !== undefined) return file;
  return problem === undefined
    ? fail("SECRETS_EDIT", "expected a whole secrets.yaml", { kind: "bug" })
    : fail(problem.code, problem.message, problem);
}

function sealed(name: string, values: Values, key: Uint8Array): string {
  return sealedText(sealText(values.get(name) ?? "", key, placeOfName(name)));
}

function sealedFor(recipients: readonly string[], key: Uint8Array): Promise<SealedKey[]> {
  return Promise.all(recipients.map((recipient) => sealDataKey(key, recipient)));
}

function ageEdit({ text, metadata }: SecretsFile, keys: readonly SealedKey[]): Edit {
  const { start, end } = metadata.ranges.age;
  const range = { start, end: text.slice(0, end).trimEnd().length };
  return { range, text: agePart(keys, indentAt(text, start)) };
}

/** The start of the line in which the part sops begins. */
function beforeSops({ text, sops }: SecretsFile): Range {
  const start = sops.start - indentAt(text, sops.start).length;
  return { start, end: start };
}

/** The spaces before something that is the first on its line. */
function indentAt(text: string, at: number): string {
  return " ".repeat(at - (text.lastIndexOf("\n", at - 1) + 1));
}
