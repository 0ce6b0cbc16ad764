import type { Revision } from "../../source/revision.ts";
import { type Line, type Text, tone } from "../span.ts";
import { clip, wrap } from "../width.ts";
import { count, listed } from "../words.ts";

/** So many are named; of more, the newest. */
const most = 5;

/** The new commits, the newest last, and who signed them. */
export function revisionsText(revisions: readonly Revision[], columns: number): Text {
  if (revisions.length === 0) return [];
  const left = revisions.length - most;
  return [
    ...wrap(`${count(revisions.length, "new commit")}, ${signedText(revisions)}`, columns),
    ...(left > 0 ? [`  … ${count(left, "earlier one")}`] : []),
    ...revisions.slice(-most).map((revision): Line => {
      const subject = clip(revision.subject, Math.max(20, Math.min(columns, 80) - 11));
      return ["  ", tone("dim", revision.commit.slice(0, 7)), `  ${subject}`];
    }),
  ];
}

/** `signed by ada (SHA256:…)`, each signer once. */
function signedText(revisions: readonly Revision[]): string {
  const signers = new Map(revisions.map(({ signer }) => [signer.key, signer]));
  return `signed by ${listed([...signers.values()].map(({ name, key }) => `${name} (${keyText(key)})`))}`;
}

/** A fingerprint as far as a person compares it. */
function keyText(key: string): string {
  return key.length > 20 ? `${key.slice(0, 17)}…` : key;
}
