import type { Polled } from "../../ledger/polled.ts";
import type { SourceState } from "../../ledger/source.ts";
import type { Problem } from "../../lib/problem.ts";
import type { Commit } from "../../source/revision.ts";
import { type Line, type Span, type Text, type Tone, tone } from "../span.ts";
import { table } from "../table.ts";
import { wrap } from "../width.ts";
import { duration } from "../words.ts";

/** What a site follows. */
export type SourceView = {
  readonly site: string;
  /** The machine's own. */
  readonly repository: string;
  readonly source: SourceState;
  readonly now: number;
  /** The trusted commit. */
  readonly head?: Commit;
  /** The public half of what it shows to a remote over SSH. */
  readonly key?: string;
  readonly polled?: Polled;
};

/** `freehold source show`. */
export function sourceText(
  { site, repository, source, now, head, key, polled }: SourceView,
  { zone, columns }: { readonly zone: string; readonly columns: number },
): Text {
  const { remote, branch, refused } = source;
  const told = (label: string, words: string, as?: Tone): Row[] =>
    wrap(words, columns - 11).map((line, index) => [
      index === 0 ? label : "",
      as === undefined ? line : tone(as, line),
    ]);
  const rows: Row[] =
    remote === undefined
      ? told("follows", `branch ${branch} of what is pushed to ${repository}`)
      : [
          ...told("follows", `branch ${remote.branch} of ${remote.url}`),
          ...told("looks", `every ${duration(remote.every)}${lastLook(polled, now)}`),
          ...(polled?.failure === undefined ? [] : told("", polled.failure, "bad")),
        ];
  const why = refused?.problem;
  return [
    tone("strong", site),
    ...table(
      [
        ...rows,
        ...told("trusts", head === undefined ? "nothing yet: the first commit is awaited" : commitWords(head, now)),
        ...(refused === undefined
          ? []
          : told(
              "refused",
              `${refused.commit.slice(0, 12)}, ${timeIn(refused.at, zone)}: ${why?.message ?? ""}`,
              "bad",
            )),
        ...(why?.hint === undefined ? [] : told("", `hint: ${why.hint}`)),
        ...(key === undefined ? [] : [["key", key] as const]),
      ],
      "  ",
    ),
  ];
}

type Row = readonly [label: string, words: Span];

function lastLook(polled: Polled | undefined, now: number): string {
  if (polled === undefined) return ", not yet since the machine started";
  return `, last ${duration(Math.max(0, now - polled.at))} ago`;
}

function commitWords({ commit, subject, author, authoredAt }: Commit, now: number): string {
  const age = now > authoredAt ? `, ${duration(now - authoredAt)} ago` : "";
  return `${commit.slice(0, 12)} "${subject}" by ${author.name}${age}`;
}

function timeIn(at: number, zone: string): string {
  return new Date(at).toLocaleString("en-GB", { timeZone: zone, dateStyle: "medium", timeStyle: "short" });
}

/** The same for a program. Every key is there; null where there is nothing. */
export function sourceJson({ site, repository, source, key, polled }: SourceView): object {
  const { remote, branch, trusted, refused } = source;
  return {
    site,
    repository,
    branch,
    remote: remote ?? null,
    trusted: trusted ?? null,
    refused: refused ?? null,
    key: key ?? null,
    looked: polled ?? null,
  };
}

/** What `source set` says. */
export function setText(
  { site, source, key }: SourceView,
  {
    problem,
    signers,
    columns,
  }: { readonly problem: Problem | undefined; readonly signers: number; readonly columns: number },
): Text {
  const { remote } = source;
  return [
    `${site} follows branch ${remote?.branch ?? ""} of ${remote?.url ?? ""}.`,
    ...(problem === undefined
      ? []
      : wrap(`it does not answer yet: ${problem.message}`, columns - 2).map(
          (line): Line => ["  ", tone("warn", line)],
        )),
    ...(key === undefined ? [] : ["  let this key read it (a deploy key, read only):", `    ${key}`]),
    ...(signers === 0 ? nobodyYet : []),
  ];
}

const nobodyYet: Line[] = ["  Nobody may sign yet, so nothing of it runs.", "next: freehold signers add KEY"];

/** What `source forget` says. */
export function forgottenText({ site, repository, source }: SourceView): Text {
  return [`${site} follows branch ${source.branch} of what is pushed to ${repository}.`];
}

/** A commit that a person vouches for. */
export type AcceptedView = {
  readonly site: string;
  readonly commit: Commit;
  readonly way: "back" | "forward";
  readonly source: SourceState;
};

/** What is asked before. */
export function acceptQuestion({ site, commit, way }: AcceptedView): string {
  const id = commit.commit.slice(0, 12);
  const what = way === "back" ? "winds what is trusted back" : "trusts it and all before it, signed or not";
  return `${id} "${commit.subject}" by ${commit.author.name}: ${what}. Accept it for ${site}?`;
}

/** What `source accept` says. */
export function acceptedText({ site, commit, source: { remote, branch } }: AcceptedView): Text {
  return [
    `${site} trusts ${commit.commit.slice(0, 12)} "${commit.subject}" on your word.`,
    remote === undefined
      ? `${branch} is there now, and runs in a moment. What is pushed next must follow it.`
      : `What ${remote.branch} of ${remote.url} brings next must descend from it.`,
  ];
}

/** The same for a program. */
export function acceptedJson({ site, commit, way }: AcceptedView): object {
  return { site, trusted: commit.commit, way };
}
