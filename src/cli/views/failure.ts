import type { Problem } from "../../lib/problem.ts";
import { type Line, type Text, tone } from "../span.ts";
import { wrap } from "../width.ts";

/** A problem that ended a command: `error:` and `hint:` lines. */
export function failureText(problem: Problem, columns: number): Text {
  const where = problem.place === undefined ? "" : `${problem.place.file}:${problem.place.line}: `;
  return [
    ...labelled("error", where + problem.message, columns),
    ...(problem.detail ?? []).map((line): Line => ["  ", tone("dim", line)]),
    ...(problem.hint === undefined ? [] : labelled("hint", problem.hint, columns)),
  ];
}

function labelled(label: "error" | "hint", words: string, columns: number): Line[] {
  const indent = " ".repeat(label.length + 2);
  const first = label === "error" ? tone("bad", "error: ") : "hint: ";
  return wrap(words, columns - indent.length).map((line, index) => (index === 0 ? [first, line] : [indent, line]));
}
