import type { Readable, Writable } from "node:stream";

/** A stream that may be a terminal. */
export type Reading = Readable & { readonly isTTY?: boolean; setRawMode?(mode: boolean): unknown };
export type Writing = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** The three streams of a program. */
export type Streams = { readonly stdin: Reading; readonly stdout: Writing; readonly stderr: Writing };

/** How many columns a stream shows; 80 when it cannot tell, as a serial line cannot. */
export function columnsOf({ columns }: Writing): number {
  return columns === undefined || columns < 1 ? 80 : columns;
}
