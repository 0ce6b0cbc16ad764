import type { LogLine } from "../provider.ts";

/**
 * The lines in a log stream of Podman. It comes in frames: a byte for the stream (1 stdout, 2 stderr), three of nothing, four
 * for the length (big endian), the payload; each line begins with its time. Frames and lines may end anywhere in a chunk.
 */
export async function* readLogLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<LogLine> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 8 && rest.length >= 8 + rest.readUInt32BE(4)) {
      const end = 8 + rest.readUInt32BE(4);
      const stream = rest[0] === 2 ? "stderr" : "stdout";
      for (const line of rest.toString("utf8", 8, end).split("\n")) if (line !== "") yield readLine(stream, line);
      rest = rest.subarray(end);
    }
  }
}

/** `2026-11-21T03:20:52.123456789Z text`; the time may have an offset instead of Z. */
function readLine(stream: LogLine["stream"], line: string): LogLine {
  const space = line.indexOf(" ");
  const at = Date.parse(line.slice(0, space).replace(/(\.\d{3})\d*/, "$1"));
  if (space < 0 || Number.isNaN(at)) return { at: 0, stream, text: line };
  return { at, stream, text: line.slice(space + 1).replace(/\r$/, "") };
}
