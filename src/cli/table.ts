import { type Line, type Span, wordsOf } from "./span.ts";
import { widthOf } from "./width.ts";

/** Rows of cells as lines: each column as wide as its widest cell, two spaces between, the last one free. */
export function table(rows: readonly (readonly Span[])[], indent: string): Line[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      if (index === row.length - 1) continue;
      widths[index] = Math.max(widths[index] ?? 0, widthOf(wordsOf(cell)));
    }
  }
  return rows.map((row) => [
    indent,
    ...row.flatMap((cell, index): Span[] => {
      if (index === row.length - 1) return [cell];
      return [cell, " ".repeat((widths[index] ?? 0) - widthOf(wordsOf(cell)) + 2)];
    }),
  ]);
}
