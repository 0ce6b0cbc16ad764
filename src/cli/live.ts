import { type Paint, render, renderLine } from "./render.ts";
import { type Line, type Span, spansOf, type Text, wordsOf } from "./span.ts";
import { columnsOf, type Writing } from "./streams.ts";
import { clip, widthOf } from "./width.ts";

/** Lines at the bottom of a terminal that are drawn anew. */
export type Area = {
  /** Prints lines that stay, above, and puts others in the place of the last ones. */
  draw(staying: Text, moving: Text): void;
};

/** An area at the end of a stream that can move its cursor. Moving lines are cut to its width, so that each takes one row. */
export function liveArea(stream: Writing, paint: Paint): Area {
  let rows = 0;
  return {
    draw(staying, moving) {
      const cells = columnsOf(stream) - 1;
      const lines = moving.map((line) => `${renderLine(cut(line, cells), paint)}\n`).join("");
      const back = rows === 0 ? "" : `\x1b[${rows}A\x1b[J`; // ECMA-48: cursor up, then erase below
      const text = back + render(staying, paint) + lines;
      if (text !== "") stream.write(text);
      rows = moving.length;
    },
  };
}

function cut(line: Line, cells: number): Line {
  let left = cells;
  const kept: Span[] = [];
  for (const span of spansOf(line)) {
    if (left <= 0) break;
    const text = clip(wordsOf(span), left);
    kept.push(typeof span === "string" ? text : { ...span, text });
    left -= widthOf(text);
  }
  return kept;
}
