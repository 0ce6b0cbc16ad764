import { describe, expect, test } from "vitest";
import type { LogLine } from "../provider.ts";
import { readLogLines } from "./frames.ts";

function frame(stream: 1 | 2, text: string): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

async function lines(chunks: readonly Uint8Array[]): Promise<LogLine[]> {
  const found: LogLine[] = [];
  for await (const line of readLogLines(stream(chunks))) found.push(line);
  return found;
}

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

describe("a log stream", () => {
  const bytes = Buffer.concat([
    frame(1, "2026-11-21T03:20:52.123456789Z hello ä\n"),
    frame(2, "2026-11-21T05:20:53+02:00 oh no\n"),
  ]);
  const expected: LogLine[] = [
    { at: Date.UTC(2026, 10, 21, 3, 20, 52, 123), stream: "stdout", text: "hello ä" },
    { at: Date.UTC(2026, 10, 21, 3, 20, 53), stream: "stderr", text: "oh no" },
  ];

  test("is read line by line, with its times in any zone", async () => {
    expect(await lines([bytes])).toEqual(expected);
  });

  test("may be cut anywhere, also inside a letter or a head", async () => {
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(await lines([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(expected);
  });

  test("several lines in one frame are several, an empty one is kept, a line end of another system is not", async () => {
    const at = "2026-11-21T03:20:52Z";
    const found = await lines([frame(1, `${at} one\n${at} \n${at} two\r\n`)]);
    expect(found.map(({ text }) => text)).toEqual(["one", "", "two"]);
  });

  test("what has no time is still shown", async () => {
    expect(await lines([frame(2, "error: gone\n")])).toEqual([{ at: 0, stream: "stderr", text: "error: gone" }]);
  });
});
