/** What a piece of text means; colour only adds to what the words say. */
export type Tone = "good" | "warn" | "bad" | "dim" | "strong";

/** A piece of a line. */
export type Span = string | { readonly text: string; readonly tone: Tone };

/** One line of output, without its end. */
export type Line = Span | readonly Span[];

/** What a view makes: lines of spans. They may hold anything that a person wrote: printing makes it harmless. */
export type Text = readonly Line[];

/** A span with a tone. */
export function tone(name: Tone, text: string): Span {
  return { text, tone: name };
}

/** The words of a span or a line, as they are. */
export function wordsOf(line: Line): string {
  if (typeof line === "string") return line;
  if ("text" in line) return line.text;
  return line.map(wordsOf).join("");
}

/** The spans of a line. */
export function spansOf(line: Line): readonly Span[] {
  return typeof line === "string" || "text" in line ? [line] : line;
}
