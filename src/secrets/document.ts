import { type Node, parseDocument } from "yaml";
import { type Problem, problem } from "../lib/problem.ts";
import { type Entry, readEntries } from "./entries.ts";
import { type Metadata, readMetadata } from "./metadata.ts";
import { membersOf, placeOf, type Range } from "./nodes.ts";
import type { Report } from "./report.ts";

/** A secrets.yaml that is sealed and whole, as far as that can be seen without a key. */
export type SecretsFile = {
  /** With `\n` at the ends of lines, without a byte order mark. */
  readonly text: string;
  /** In the order of the file. */
  readonly entries: readonly Entry[];
  readonly metadata: Metadata;
  /** Everything of the file, as the YAML library has it. */
  readonly root: Node;
};

/** The largest file that is read, in bytes. */
const largest = 1024 * 1024;

/** How the library reads YAML: keys are texts, as in sops, and it says nothing of what stands in the file. */
export const reading = {
  version: "1.2",
  schema: "core",
  merge: false,
  stringKeys: true,
  uniqueKeys: false, // said by name
  prettyErrors: false,
  logLevel: "silent",
} as const;

/** Reads the text of secrets.yaml without any key. Never throws: without a `file` there are problems. */
export function readSecretsFile(written: string): {
  readonly file?: SecretsFile;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const text = written.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const report: Report = (code, range, message, rest = {}) =>
    void problems.push(problem(code, message, { ...rest, place: placeOf(text, range) }));
  const root = readRoot(text, report);
  const members = membersOf(root);
  if (!root || members === undefined) return { problems };
  const sops = members.find(({ key }) => key === "sops");
  if (sops === undefined)
    report("SECRETS_CUT", endOf(text), "expected the part sops at the end of secrets.yaml, got none", cut);
  const metadata = sops && readMetadata(sops, report);
  const entries = readEntries(
    members.filter((member) => member !== sops),
    report,
  );
  return metadata === undefined || problems.length > 0
    ? { problems: problems.sort(byPlace) }
    : { file: { text, entries, metadata, root }, problems };
}

const cut = {
  hint: "bring back the last whole version (git checkout secrets.yaml); to seal an open file, move it away and run freehold secrets edit",
};

function readRoot(text: string, report: Report): Node | undefined {
  if (Buffer.byteLength(text) > largest) {
    report("SECRETS_TOO_LARGE", { start: 0, end: 1 }, "expected at most 1 MiB, got more", {
      hint: "keep what is no secret in files of its own",
    });
    return undefined;
  }
  const marker = /^(?:<{7}|\|{7}|={7}|>{7})(?: .*)?$/m.exec(text);
  if (marker !== null) {
    const range = { start: marker.index, end: marker.index + 7 };
    report("SECRETS_CONFLICT", range, "expected one version of secrets.yaml, got both sides of a merge", {
      hint: "take one side whole (git checkout --ours secrets.yaml), then set what the other side had",
    });
    return undefined;
  }
  const { contents, errors, warnings } = parseDocument(text, reading);
  const [error] = [...errors, ...warnings];
  if (error !== undefined) {
    const [start, end] = error.pos;
    report(
      "SECRETS_SYNTAX",
      { start, end },
      "expected YAML, a line NAME: ENC[…] for each secret, got something else",
      restore,
    );
    return undefined;
  }
  if (contents === null) report("SECRETS_CUT", endOf(text), "expected secrets and the part sops, got nothing", cut);
  else if (membersOf(contents) === undefined)
    report(
      "SECRETS_SYNTAX",
      { start: 0, end: 1 },
      "expected a line NAME: ENC[…] for each secret, got something else",
      restore,
    );
  return contents ?? undefined;
}

const restore = { hint: "bring back the last whole version: git checkout secrets.yaml" };

function endOf(text: string): Range {
  return { start: text.length, end: text.length };
}

function byPlace(a: Problem, b: Problem): number {
  return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0);
}
