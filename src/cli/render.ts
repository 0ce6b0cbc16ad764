import { styleText } from "node:util";
import { visible } from "../lib/text.ts";
import { type Line, type Span, spansOf, type Text, type Tone, wordsOf } from "./span.ts";

const styles = {
  good: "green",
  warn: "yellow",
  bad: "red",
  dim: "dim",
  strong: "bold",
} as const satisfies Record<Tone, string>;

/** Whether tones become colours. */
export type Paint = "colour" | "plain";

/** One line as it is written, without its end, harmless to a terminal. Spaces at the end are dropped. */
export function renderLine(line: Line, paint: Paint): string {
  const spans = spansOf(line);
  const last = spans.findLastIndex((span) => wordsOf(span).trim() !== "");
  return spans
    .slice(0, last + 1)
    .map((span, index) => renderSpan(span, paint, index === last ? "last" : "inner"))
    .join("");
}

/** Lines as they are written, each with its end. */
export function render(text: Text, paint: Paint): string {
  return text.map((line) => `${renderLine(line, paint)}\n`).join("");
}

/** JSON in `JSON.stringify`'s form, with everything escaped that a terminal might obey. */
export function renderJson(value: unknown, indent: number): string {
  const lines = JSON.stringify(value, undefined, indent).split("\n");
  return lines.map((line) => (visible(line) === line ? line : [...line].map(escaped).join(""))).join("\n");
}

function escaped(character: string): string {
  if (visible(character) === character) return character;
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function renderSpan(span: Span, paint: Paint, where: "last" | "inner"): string {
  const clean = visible(wordsOf(span).replaceAll("\t", " "));
  const text = where === "last" ? clean.trimEnd() : clean;
  if (typeof span === "string" || paint === "plain" || text === "") return text;
  return styleText(styles[span.tone], text, { validateStream: false });
}
