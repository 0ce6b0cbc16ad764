import type { Result } from "../../ledger/journal.ts";
import type { Signature, SignedCommit } from "../history/commits.ts";
import type { LiveSetting, ToldChange } from "../history/service-past.ts";
import type { Told, ToldEntry } from "../history/told.ts";
import type { Past } from "../past.ts";
import { type Line, type Span, type Text, type Tone, tone } from "../span.ts";
import { table } from "../table.ts";
import { clip, wrap } from "../width.ts";
import { count, duration } from "../words.ts";
import { clockOf } from "./logs.ts";
import { toldPhrases } from "./plan.ts";

/** What every view of the past needs: what time it is, where, and how wide the lines may be. */
export type Seat = { readonly now: number; readonly zone: string; readonly columns: number };

const marks: Record<Result, readonly [Tone, string]> = {
  done: ["good", "✔"],
  undone: ["warn", "↶"],
  failed: ["bad", "✖"],
  "kept-back": ["warn", "●"],
};

/** The changes of a site, newest first: when, who, signed by whom, why, what changed and what came of it. */
export function journalText({ site, by }: Past, { entries, waiting }: Told, seat: Seat): Text {
  const source = by === "last fetch" ? ", as of the last fetch" : "";
  if (entries.length + waiting.length === 0) return [`${site}: nothing is known of its past here.`, ...whyNothing(by)];
  return [
    `${site}: ${entries.length === 0 ? "what became of these is not known here" : `${count(entries.length, "change")}, the newest first${source}`}`,
    ...(waiting.length === 0 ? [] : ["", ...waitingText(waiting, by, seat)]),
    ...entries.flatMap((entry) => ["", ...entryText(entry, seat)]),
  ];
}

function whyNothing(by: Past["by"]): Text {
  return by === "nobody" ? ["next: git push, or freehold history on the machine that runs it"] : ["next: freehold up"];
}

function waitingText(waiting: readonly SignedCommit[], by: Past["by"], seat: Seat): Text {
  const head = by === "nobody" ? [] : [tone("warn", `${count(waiting.length, "commit")} that did not run yet`)];
  return [...head, ...waiting.flatMap((commit) => commitText(commit, seat))];
}

function entryText({ entry, commits }: ToldEntry, seat: Seat): Text {
  const { revision, way, services } = entry;
  const [head, ...others] = commits;
  const time = clockOf(seat.zone).format(entry.at).slice(0, 16);
  const what = revision === undefined ? way : shortId(revision.commit);
  const who = revision === undefined ? "" : `  ${authorOf(revision.author.name, { is: "good", ...revision.signer })}`;
  return [
    [tone("strong", `${time}  ${what}`), who, tone("dim", `  ${agoOf(entry.at, seat)}`)],
    ...(revision === undefined ? [] : wrap(revision.subject, seat.columns - 2).map((line) => `  ${line}`)),
    ...others.filter(({ commit }) => commit !== head?.commit).map((commit) => withLine(commit, seat)),
    ...Object.entries(services).flatMap(([name, { result, what: phrases, problem, snapshot }]) => [
      ...serviceLines(name, result, phrases, seat),
      ...(problem === undefined ? [] : wrap(problem.message, seat.columns - 6).map((line) => `      ${line}`)),
      ...(result === "undone" && snapshot !== undefined
        ? [`      its data of before is back, and kept: ${snapshot}`]
        : []),
    ]),
  ];
}

function withLine(commit: SignedCommit, { columns }: Seat): Line {
  const text = `  with ${shortId(commit.commit)}  ${commit.author.name}: ${commit.subject}`;
  return tone("dim", clip(text, columns));
}

const words: Record<Result, string> = {
  done: "",
  undone: "undone",
  failed: "failed",
  "kept-back": "kept as it was",
};

function serviceLines(name: string, result: Result, phrases: readonly string[], { columns }: Seat): Text {
  const [colour, mark] = marks[result];
  const shown = name === "front" ? "front door" : name;
  const rest = [words[result], toldPhrases(phrases).join(", ")].filter((it) => it !== "").join(": ");
  const lines = wrap(rest, Math.max(20, columns - 18));
  const head: Span[] = ["  ", tone(colour, mark), ` ${shown.padEnd(12)}  `];
  return lines.length === 0
    ? [head]
    : lines.map((line, index): Line => (index === 0 ? [...head, line] : [" ".repeat(18), line]));
}

/** A file, the commit whose version of it is shown, and who says that this is what runs. */
export type SettingsView = { readonly file: string; readonly commit: string; readonly by: Past["by"] };

/** The settings of a file that runs, by the commit that set them, the newest first. */
export function settingsText({ file, commit, by }: SettingsView, settings: readonly LiveSetting[], seat: Seat): Text {
  const groups = [...Map.groupBy(settings, (setting) => setting.commit.commit).values()];
  const sorted = groups.toSorted((a, b) => (b[0]?.commit.authoredAt ?? 0) - (a[0]?.commit.authoredAt ?? 0));
  return [
    `${file} ${by === "nobody" ? "at" : "as it runs,"} ${shortId(commit)}`,
    ...sorted.flatMap((group): Text => {
      const [first] = group;
      if (first === undefined) return [];
      const rows = group.map(({ path, value }) => [path, clip(value, Math.max(16, seat.columns - 34))]);
      return ["", ...commitText(first.commit, seat), ...table(rows, "    ")];
    }),
  ];
}

/** How a setting came to be what it is, the newest change first, with its reasons. */
export function changesText(file: string, changes: ReadonlyMap<string, readonly ToldChange[]>, seat: Seat): Text {
  return [...changes].flatMap(
    ([path, all], index): Text => [
      ...(index === 0 ? [] : [""]),
      tone("strong", `${path} in ${file}`),
      ...all.flatMap(
        ({ from, to, commit }): Text => [
          "",
          ["  ", tone("strong", changeWords(from, to))],
          ...commitText(commit, seat).map((line): Line => ["  ", ...(Array.isArray(line) ? line : [line])]),
          ...reasonLines(commit, seat),
        ],
      ),
    ],
  );
}

function changeWords(from: string | undefined, to: string | undefined): string {
  if (from === undefined) return `came as ${quoted(to)}`;
  return to === undefined ? `went, was ${quoted(from)}` : `${quoted(from)} → ${quoted(to)}`;
}

function quoted(value: string | undefined): string {
  return value === undefined || value === "" ? "nothing" : value;
}

function reasonLines({ body }: SignedCommit, { columns }: Seat): Text {
  return body === ""
    ? []
    : body.split("\n").flatMap((line) => wrap(line, columns - 6).map((piece) => `      ${piece}`));
}

/** `1a2b3c4  Ada, signed by ada  2 h ago`, and the subject below. */
function commitText(commit: SignedCommit, seat: Seat): Text {
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

function agoOf(at: number, { now }: Seat): string {
  return now - at < 1000 ? "just now" : `${duration(now - at)} ago`;
}
