import { describe, expect, test } from "vitest";
import { receivedRefs } from "./received.ts";

const one = "1".repeat(40);
const none = "0".repeat(40);

describe("what git tells its hooks", () => {
  test("is new, changed and deleted refs", () => {
    const text = `${none} ${one} refs/heads/main\n${one} ${one} refs/tags/a b\n${one} ${none} refs/heads/old\n`;
    expect(receivedRefs(text)).toEqual([
      { to: one, ref: "refs/heads/main" },
      { from: one, to: one, ref: "refs/tags/a b" },
      { from: one, ref: "refs/heads/old" },
    ]);
  });

  test("has longer ids in repositories of SHA-256", () => {
    const long = "a".repeat(64);
    expect(receivedRefs(`${"0".repeat(64)} ${long} refs/heads/main\n`)).toEqual([{ to: long, ref: "refs/heads/main" }]);
  });

  test("may be nothing", () => {
    expect(receivedRefs("\n")).toEqual([]);
  });
});
