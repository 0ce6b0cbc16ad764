import { type Line, type Text, wordsOf } from "./span.ts";
import type { Terminal } from "./terminal.ts";
import { widthOf, wrap } from "./width.ts";

/** Columns of a line of a hook, which git shows behind `remote: ` so that all fits into 80. */
const columns = 72;

/**
 * The terminal of whoever pushes: their git shows what we write, line by line, and gives us neither a keyboard nor a cursor. What is said
 * besides goes the same way as what is printed, so that it comes in order. No line is longer than they have room for.
 */
export function pushersTerminal(terminal: Terminal): Terminal {
  const print = (text: Text): void => terminal.print(text.flatMap(folded));
  return { ...terminal, columns, live: false, interactive: false, print, say: print };
}

/** A line of somebody's log may be of any length: it goes on below where it began. */
function folded(line: Line): Text {
  const words = wordsOf(line);
  if (widthOf(words) <= columns) return [line];
  const indent = /^ */.exec(words)?.[0].slice(0, columns / 2) ?? "";
  return wrap(words.trim(), columns - indent.length).map((part) => indent + part);
}
