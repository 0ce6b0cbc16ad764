import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linesOf } from "./lines.ts";

async function lines(pieces: readonly Uint8Array[], most = 1_000): Promise<string[]> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield* pieces;
  }
  return Array.fromAsync(linesOf(chunks(), most));
}

describe("lines of a stream", () => {
  test("however the bytes are cut, also within a letter, the lines are the same", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "grapheme" })),
        fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
        async (texts, sizes) => {
          const wanted = texts.map((text) => text.replaceAll("\n", ""));
          const bytes = Buffer.from(wanted.map((line) => `${line}\n`).join(""));
          const pieces: Uint8Array[] = [];
          for (let from = 0; from < bytes.length; ) {
            const size = sizes.next().value ?? 1;
            pieces.push(bytes.subarray(from, from + size));
            from += size;
          }
          expect(await lines(pieces)).toEqual(wanted.map((line) => line.toWellFormed()));
        },
      ),
      { numRuns: 200 },
    );
  });

  test("a last line without an end is a line, and an end makes no further one", async () => {
    expect(await lines([Buffer.from("a\n\nb")])).toEqual(["a", "", "b"]);
    expect(await lines([Buffer.from("a\n")])).toEqual(["a"]);
  });

  test("of a line that is too long the rest is left out, and the next one is whole", async () => {
    expect(await lines([Buffer.from("123"), Buffer.from("456"), Buffer.from("789\nabc\n")], 5)).toEqual([
      "12345",
      "abc",
    ]);
  });
});
