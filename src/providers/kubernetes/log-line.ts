import type { LogLine } from "../provider.ts";

/** A line of a pod's log. `stamp` orders lines of all pods: a time in RFC 3339 with exactly nine digits behind the second. */
export type StampedLine = LogLine & { readonly stamp: string };

/**
 * Reads a line with its time in front. The nodes write the time that they saw it, in UTC, without the zeros at its end. Kubernetes keeps
 * both streams of a process as one: all counts as stdout.
 */
export function readLogLine(line: string): StampedLine {
  const space = line.indexOf(" ");
  const [, second, digits = ""] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(line.slice(0, space)) ?? [];
  if (second === undefined) return { at: 0, stream: "stdout", text: line, stamp: "" };
  const nanoseconds = digits.padEnd(9, "0");
  const at = Date.parse(`${second}.${nanoseconds.slice(0, 3)}Z`);
  return { at, stream: "stdout", text: line.slice(space + 1).replace(/\r$/, ""), stamp: `${second}.${nanoseconds}Z` };
}

/** Lines of several sources, each in order, as one in the order of their time. Holds one line of each. */
export async function* mergeLines(sources: readonly AsyncIterable<StampedLine>[]): AsyncGenerator<StampedLine> {
  const readers = sources.map((source) => source[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(readers.map((reader) => reader.next()));
    for (;;) {
      let first = -1;
      for (const [index, head] of heads.entries()) {
        const best = heads[first];
        if (head.done !== true && (best === undefined || best.done === true || head.value.stamp < best.value.stamp))
          first = index;
      }
      const [head, reader] = [heads[first], readers[first]];
      if (head === undefined || head.done === true || reader === undefined) return;
      yield head.value;
      heads[first] = await reader.next();
    }
  } finally {
    await Promise.all(readers.map((reader) => reader.return?.()));
  }
}
