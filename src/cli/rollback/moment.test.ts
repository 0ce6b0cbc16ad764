import { describe, expect, test } from "vitest";
import { readMoment } from "./moment.ts";

const now = Date.UTC(2026, 10, 21, 12, 30);

function read(text: string, zone = "UTC"): string | undefined {
  const moment = readMoment(text, { now, zone });
  return moment === undefined ? undefined : new Date(moment).toISOString();
}

describe("a moment", () => {
  test.each([
    ["2h", "2026-11-21T10:30:00.000Z"],
    ["1d12h", "2026-11-20T00:30:00.000Z"],
    ["12:30", "2026-11-21T12:30:00.000Z"],
    ["9:05", "2026-11-21T09:05:00.000Z"],
    ["12:31", "2026-11-20T12:31:00.000Z"],
    ["2026-11-20", "2026-11-20T00:00:00.000Z"],
    ["2026-11-20 14:03:09", "2026-11-20T14:03:09.000Z"],
    ["2026-11-20T14:03", "2026-11-20T14:03:00.000Z"],
    ["2026-11-20T14:03+02:00", "2026-11-20T12:03:00.000Z"],
  ])("is read as a person means it: %s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test("is that of the person's own clocks, in summer and in winter", () => {
    expect(read("2026-07-01 12:00", "Europe/Berlin")).toBe("2026-07-01T10:00:00.000Z");
    expect(read("2026-11-20 12:00", "Europe/Berlin")).toBe("2026-11-20T11:00:00.000Z");
    expect(read("2026-10-25 01:30", "Europe/Berlin")).toBe("2026-10-24T23:30:00.000Z");
    expect(read("0:10", "Pacific/Auckland")).toBe("2026-11-21T11:10:00.000Z");
    expect(read("2:00", "Pacific/Auckland")).toBe("2026-11-20T13:00:00.000Z");
  });

  test.each(["main", "HEAD~2", "1a2b3c4", "2026", "v2026.11.1", "", "12", "20261121", "2h ago"])(
    "is not what has another form, which may be a commit: %j",
    (text) => {
      expect(read(text)).toBeUndefined();
    },
  );

  test.each(["2026-02-30", "25:00", "2026-11-22", "2026-11-21 12:31", "2026-11-21T13:00Z"])(
    "that there is not, or not yet, is refused: %s",
    (text) => {
      expect(() => read(text)).toThrow(/^expected a/);
    },
  );
});
