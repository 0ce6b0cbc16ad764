import type { Place, Problem } from "../../lib/problem.ts";
import { type Line, type Text, tone } from "../span.ts";
import { clip, widthOf, wrap } from "../width.ts";

/** Problems as a good compiler prints them: the place, the code, the lines, a mark under what is meant, what to do. */
export function problemsText(problems: readonly Problem[], columns: number): Text {
  return problems.flatMap((problem, index) => [...(index === 0 ? [] : [""]), ...problemText(problem, columns)]);
}

/** The document that `check --json` and every failure with `--json` prints. Every key is there; null where there is nothing. */
export function problemsJson(problems: readonly Problem[]): { readonly problems: readonly object[] } {
  return {
    problems: problems.map(({ code, severity, place, path, message, expected, got, hint }) => ({
      code,
      severity,
      file: place?.file ?? null,
      line: place?.line ?? null,
      column: place?.column ?? null,
      path: path ?? null,
      message,
      expected: expected ?? null,
      got: got ?? null,
      hint: hint ?? null,
    })),
  };
}

function problemText(problem: Problem, columns: number): Text {
  const { place, code, severity, path, hint } = problem;
  const where = place === undefined ? [] : [tone("strong", `${place.file}:${place.line}:${place.column}`), "  "];
  const weight = severity === "warning" ? "  (warning)" : "";
  const head: Line = [...where, tone(severity === "warning" ? "warn" : "bad", code), weight];
  const path_ = path === undefined || place?.source !== undefined ? "" : `${path}: `;
  const body =
    place?.source === undefined
      ? wrap(path_ + problem.message, columns - 2).map((line) => `  ${line}`)
      : excerpt(place, place.source, problem, columns);
  return [
    head,
    ...body,
    ...(problem.detail ?? []).map((line): Line => ["    ", tone("dim", line)]),
    ...(hint === undefined ? [] : hintText(hint, columns)),
  ];
}

/** `  hint: …`, in as many lines as it needs. */
function hintText(hint: string, columns: number): Text {
  return wrap(hint, columns - 8).map((line, index) => `${index === 0 ? "  hint: " : "        "}${line}`);
}

/** The line above, the line, and a mark under what is meant. A long line is shown around the mark. */
function excerpt(place: Place, source: string, { message, severity }: Problem, columns: number): Text {
  const number = String(place.line);
  const gutter = " ".repeat(Math.max(5, number.length + 2));
  const room = columns - gutter.length - 3;
  const shown = window(source, place.column - 1, room);
  const offset = widthOf(shown.text.slice(0, shown.at));
  const length = Math.max(1, Math.min(place.length ?? 1, shown.text.length - shown.at));
  const mark = "^".repeat(Math.max(1, Math.min(widthOf(shown.text.slice(shown.at, shown.at + length)), room - offset)));
  const colour = severity === "warning" ? "warn" : "bad";
  const beside = widthOf(message) <= room - offset - mark.length - 1;
  const bar = `${gutter} | `;
  return [
    ...(place.before === undefined ? [] : [numbered(place.line - 1, clip(place.before, room), gutter)]),
    numbered(place.line, shown.text, gutter),
    [bar, " ".repeat(offset), tone(colour, beside ? `${mark} ${message}` : mark)],
    ...(beside ? [] : wrap(message, room).map((line): Line => [bar, tone(colour, line)])),
  ];
}

function numbered(line: number, text: string, gutter: string): Line {
  return `${String(line).padStart(gutter.length)} | ${text}`;
}

/** The part of a line that fits, with what stands at `at` in it, and where that is then. */
function window(source: string, at: number, room: number): { readonly text: string; readonly at: number } {
  if (widthOf(source) <= room) return { text: source, at };
  const from = Math.max(0, at - Math.floor(room / 3));
  const cut = from === 0 ? source : `…${source.slice(from + 1)}`;
  return { text: clip(cut, room), at: at - from };
}
