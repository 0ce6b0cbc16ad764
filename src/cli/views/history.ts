import type { Result } from "../../ledger/journal.ts";
import type { SignedCommit } from "../history/commits.ts";
import type { Told, ToldEntry } from "../history/told.ts";
import type { Past } from "../past.ts";
import { type Line, type Span, type Text, type Tone, tone } from "../span.ts";
import { clip, wrap } from "../width.ts";
import { count } from "../words.ts";
import { agoOf, authorOf, commitText, type Seat, shortId } from "./commits.ts";
import { clockOf } from "./logs.ts";
import { toldPhrases } from "./plan.ts";

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
