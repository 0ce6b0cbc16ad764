import type { Signature, SignedCommit } from "../history/commits.ts";
import { type Text, tone } from "../span.ts";
import { wrap } from "../width.ts";
import { duration } from "../words.ts";

/** What every view of the past needs: what time it is, where, and how wide the lines may be. */
export type Seat = { readonly now: number; readonly zone: string; readonly columns: number };

/** `1a2b3c4  Ada, signed by ada  2 h ago`, and the subject below. */
export function commitText(commit: SignedCommit, seat: Seat): Text {
  const { author, signature, subject, authoredAt } = commit;
  return [
    [
      tone("strong", shortId(commit.commit)),
      `  ${authorOf(author.name, signature)}`,
      tone("dim", `  ${agoOf(authoredAt, seat)}`),
    ],
    ...wrap(subject, seat.columns - 4).map((line) => `  ${line}`),
  ];
}

/** Who wrote it and who vouches for that. */
export function authorOf(author: string, signature: Signature): string {
  if (signature.is === "good") return `${author}, signed by ${signature.name}`;
  if (signature.is === "unknown") return `${author}, signed by an unknown key ${signature.key}`;
  if (signature.is === "bad") return `${author}, with a signature that does not hold`;
  return signature.is === "none" ? `${author}, not signed` : `${author}, with a signature that nobody here can check`;
}

/** The first digits of a commit's id, as git shows it. */
export function shortId(commit: string): string {
  return commit.slice(0, 7);
}

/** How long ago something was, for people. */
export function agoOf(at: number, { now }: Seat): string {
  return now - at < 1000 ? "just now" : `${duration(now - at)} ago`;
}
