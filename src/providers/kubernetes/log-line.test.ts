import { expect, test } from "vitest";
import { mergeLines, readLogLine, type StampedLine } from "./log-line.ts";

test("a line has its time in milliseconds, and its text without the end of a Windows line", () => {
  expect(readLogLine("2026-11-21T13:42:50.2879572Z  two words\r")).toEqual({
    at: Date.parse("2026-11-21T13:42:50.287Z"),
    stream: "stdout",
    text: " two words",
    stamp: "2026-11-21T13:42:50.287957200Z",
  });
});

test("a line without a time keeps its text", () => {
  expect(readLogLine("no time here")).toMatchObject({ at: 0, text: "no time here" });
});

test("nodes leave the zeros at the end of a time out, and the order holds all the same", () => {
  const stamps = ["2026-11-21T13:00:00.49Z a", "2026-11-21T13:00:00.5Z b", "2026-11-21T13:00:01Z c"].map(
    (line) => readLogLine(line).stamp,
  );
  expect(stamps).toEqual([...stamps].sort());
});

test("lines of several pods come in the order of their time, and only one of each is read ahead", async () => {
  const read: string[] = [];
  const pod = async function* (...seconds: readonly number[]): AsyncGenerator<StampedLine> {
    for (const second of seconds) {
      read.push(String(second));
      yield readLogLine(`2026-11-21T13:00:0${second}Z ${second}`);
    }
  };
  const merged = mergeLines([pod(1, 4, 5), pod(), pod(2, 3, 6)]);
  expect((await merged.next()).value).toMatchObject({ text: "1" });
  expect(read).toEqual(["1", "2"]);
  const rest = await Array.fromAsync(merged);
  expect(rest.map(({ text }) => text)).toEqual(["2", "3", "4", "5", "6"]);
});
