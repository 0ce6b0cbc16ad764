import { type Problem, problem } from "../lib/problem.ts";
import { type Entry, readEntries } from "./entries.ts";
import { type Metadata, readMetadata } from "./metadata.ts";
import { endOf, membersOf, placeOf, type Range, wholeOf } from "./nodes.ts";
import type { Report } from "./report.ts";
import { asRead, readRoot } from "./root.ts";

/** A secrets.yaml that is sealed and whole, as far as that can be seen without a key. */
export type SecretsFile = {
  /** With `\n` at the ends of lines, without a byte order mark. */
  readonly text: string;
  /** In the order of the file. */
  readonly entries: readonly Entry[];
  readonly metadata: Metadata;
  /** Where the part `sops` stands, from its key to its end. */
  readonly sops: Range;
};

/** Reads the text of secrets.yaml without any key. Never throws: without a `file` there are problems. */
export function readSecretsFile(written: string): {
  readonly file?: SecretsFile;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const text = asRead(written);
  const report: Report = (code, range, message, rest = {}) =>
    void problems.push(problem(code, message, { ...rest, place: placeOf(text, range) }));
  const root = readRoot(text, "a line NAME: ENC[…]", restore, report);
  const members = membersOf(root);
  if (members === undefined) return { problems };
  const sops = members.find(({ key }) => key === "sops");
  if (sops === undefined)
    report("SECRETS_CUT", endOf(text), "expected the part sops at the end of secrets.yaml, got none", cut);
  const metadata = sops && readMetadata(sops, report);
  const entries = readEntries(
    members.filter((member) => member !== sops),
    "sealed",
    report,
  );
  return metadata === undefined || sops === undefined || problems.length > 0
    ? { problems: problems.sort(byPlace) }
    : { file: { text, entries, metadata, sops: wholeOf(sops) }, problems };
}

const restore = "bring back the last whole version: git checkout secrets.yaml";

const cut = {
  hint: "bring back the last whole version (git checkout secrets.yaml); to seal an open file, move it away and run freehold secrets edit",
};

function byPlace(a: Problem, b: Problem): number {
  return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0);
}
