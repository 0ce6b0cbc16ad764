import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { liveArea } from "./live.ts";

test("what moves is drawn over, what stays is not, and no line is wider than the window", () => {
  const written: string[] = [];
  const stream = Object.assign(new PassThrough(), { columns: 10 });
  stream.write = (chunk: unknown) => written.push(String(chunk)) > 0;
  const area = liveArea(stream, "plain");
  area.draw([], ["one line that is too long", "two"]);
  area.draw(["done"], ["three"]);
  area.draw([], []);
  area.draw([], []);
  expect(written).toEqual(["one line…\ntwo\n", "\x1b[2A\x1b[Jdone\nthree\n", "\x1b[1A\x1b[J"]);
});
