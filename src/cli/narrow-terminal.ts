import type { Terminal } from "./terminal.ts";

/** Columns of a line of a hook, which git shows behind `remote: ` so that all fits into 80. */
const columns = 72;

/**
 * The terminal of whoever pushes: their git shows what we write, line by line, and gives us neither a keyboard nor a cursor. What is said
 * besides goes the same way as what is printed, so that it comes in order.
 */
export function pushersTerminal(terminal: Terminal): Terminal {
  return { ...terminal, columns, live: false, interactive: false, say: (text) => terminal.print(text) };
}
