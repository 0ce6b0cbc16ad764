import type { ChangeEvent } from "../../controller/change.ts";
import type { Outcome } from "../../converge/converge.ts";
import type { Problem } from "../../lib/problem.ts";
import type { Step } from "../../plan/step.ts";
import { resourceOf } from "../../plan/summary.ts";
import { type Line, type Text, tone } from "../span.ts";
import { clip, pad, wrap } from "../width.ts";
import { duration } from "../words.ts";
import { nameColumn, nameWidth } from "./name-column.ts";
import { doing, done, isTold, thing } from "./step-words.ts";
import { undoneText } from "./undone.ts";

/** One step that began and has not ended. */
type Running = { readonly step: Step; readonly since: number; readonly phrase: string };

/** What a converge shows while it works. */
export type Progress = { readonly running: readonly Running[] };

/** The state after an event; `now` in milliseconds. */
export function progressed({ running }: Progress, event: ChangeEvent, now: number): Progress {
  switch (event.at) {
    case "start":
      return { running: [...running, { step: event.step, since: now, phrase: "" }] };
    case "report":
      return { running: running.map((it) => (it.step === event.step ? { ...it, phrase: event.phrase } : it)) };
    case "end":
      return { running: running.filter((it) => it.step !== event.outcome.step) };
    case "back":
      return progressed({ running }, event.event, now);
    default:
      return { running };
  }
}

const frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

/** A step is drawn once it takes longer than this, in milliseconds, so that quick ones do not flicker. */
const patience = 150;

/** The lines of what runs now: a spinner, the service, what it waits for, and for how long. */
export function runningText({ running }: Progress, now: number, columns: number): Text {
  const frame = [...frames][Math.floor(now / 100) % frames.length] ?? "";
  return running
    .filter(({ since }) => now - since > patience)
    .map(
      ({ step, since, phrase }): Line => [
        "  ",
        tone("warn", frame),
        ` ${row(step, phrase === "" ? doing(step) : `${thing(step)}${phrase}`, now - since, columns)}`,
      ],
    );
}

/** The lines that stay after an event; the steps of a way back leave none, since the end of it is told. */
export function stayingText(event: ChangeEvent, columns: number): Text {
  switch (event.at) {
    case "end":
      return endedText(event.outcome, columns);
    case "undone":
      return undoneText(event, columns);
    case "not undone":
      return failureText(nameColumn(event.service), event.problem, columns);
    case "untidy":
      return wrap(`note: ${event.problem.message}`, columns);
    default:
      return [];
  }
}

/** The lines that stay for a step that ended; none for what a person did not ask about and that went well. */
export function endedText({ step, result, problem, milliseconds }: Outcome, columns: number): Text {
  if (result === "skipped") return [];
  if (result === "done") {
    return isTold(step) ? [["  ", tone("good", "✔"), ` ${row(step, done(step), milliseconds, columns)}`]] : [];
  }
  return failureText(nameOf(step), problem, columns);
}

/** Something that failed: what, the last words of it, and what to do. */
function failureText(name: string, problem: Problem | undefined, columns: number): Text {
  const indent = " ".repeat(4 + nameWidth);
  const { place } = problem ?? {};
  const where = place === undefined ? "" : ` (${place.file}:${place.line})`;
  const message = wrap((problem?.message ?? "failed") + where, columns - indent.length);
  return [
    ...message.map(
      (line, index): Line => (index === 0 ? ["  ", tone("bad", "✖"), ` ${name}${line}`] : `${indent}${line}`),
    ),
    ...(problem?.detail ?? []).map((line): Line => [indent, tone("dim", line)]),
    ...(problem?.hint === undefined
      ? []
      : wrap(problem.hint, columns - 8).map((line, index) => `${index === 0 ? "  hint: " : "        "}${line}`)),
  ];
}

/** The line of a step that begins, where lines cannot be drawn again; none for what is quick. */
export function begunText(step: Step): Text {
  return isTold(step) && step.action !== "remove" ? [`    ${nameOf(step)}${doing(step)}`] : [];
}

function row(step: Step, words: string, milliseconds: number, columns: number): string {
  const room = Math.max(10, Math.min(columns, 80) - nameWidth - 4 - 9);
  return `${nameOf(step)}${pad(clip(words, room), room)} ${duration(milliseconds).padStart(7)}`;
}

function nameOf(step: Step): string {
  return nameColumn(resourceOf(step).service);
}
