import { describe, expect, test } from "vitest";
import { external } from "./external.ts";
import { host } from "./host.ts";
import { cores, duration, readDuration, size } from "./unit.ts";

const anySize = size({ least: 0, most: Number.MAX_SAFE_INTEGER, words: "of any kind" });
const anyDuration = duration({ least: 0, most: Number.MAX_SAFE_INTEGER, words: "of any length" });

describe("units", () => {
  test.each([
    ["4M", 4 * 1024 ** 2],
    ["64Ki", 65_536],
    ["1.5G", 1.5 * 1024 ** 3],
    ["2T", 2 * 1024 ** 4],
  ])("a size %s is %d bytes", (text, bytes) => {
    expect(anySize.safeParse(text).data).toBe(bytes);
  });

  test.each([512, "512", "512m", "512MB", "M", "-1M", "1e3M", "0x10M", "1 000M", "١M"])("%s is no size", (text) => {
    expect(anySize.safeParse(text).success).toBe(false);
  });

  test.each([
    ["90s", 90_000],
    ["1h30m", 5_400_000],
    ["2d", 172_800_000],
    ["1w", 604_800_000],
    ["1s500ms", 1500],
  ])("a duration %s is %d milliseconds", (text, milliseconds) => {
    expect(anyDuration.safeParse(text).data).toBe(milliseconds);
  });

  test.each([90, "90", "1m1h", "1s1s", "s", "1.5h", "1 h", "-1s", "1y", ""])("%s is no duration", (text) => {
    expect(anyDuration.safeParse(text).success).toBe(false);
  });

  test("a very long duration costs nothing", () => {
    expect(readDuration("1s".repeat(100_000))).toBeUndefined();
  });

  test.each([0, -1, 1025, Number.NaN, Number.POSITIVE_INFINITY, "500m", "1"])("%s is no number of cores", (value) => {
    expect(cores.safeParse(value).success).toBe(false);
  });
});

describe("hosts", () => {
  test.each(["localhost", "a.b", "xn--bcher-kva.example", "1.example", `${"a".repeat(63)}.b`])("%s is one", (text) => {
    expect(host.safeParse(text).data).toBe(text);
  });

  test.each([
    "",
    ".",
    "a..b",
    "a.",
    "-a.b",
    "a_b.c",
    "a b",
    "127.0.0.1",
    "::1",
    "a.1",
    "bücher.example",
    "*.a",
    "a/b",
    `${"a".repeat(64)}.b`,
    `${"a.".repeat(127)}b`,
  ])("%s is none", (text) => {
    expect(host.safeParse(text).success).toBe(false);
  });
});

describe("external addresses", () => {
  test.each([
    ["https://NAS.lan", { protocol: "https", host: "nas.lan", port: 443 }],
    ["http://192.168.1.20/", { protocol: "http", host: "192.168.1.20", port: 80 }],
    ["http://[FD00::1]:8080", { protocol: "http", host: "fd00::1", port: 8080 }],
  ])("%s", (text, expected) => {
    expect(external.safeParse(text).data).toEqual(expected);
  });

  test.each([
    "nas",
    "ftp://nas",
    "http://",
    "http://nas:0",
    "http://nas:99999",
    "http://999.1.1.1",
    "http://[::g]",
    "http://nas?x",
    "http://nas/x",
    "http://u@nas",
    "http://na s",
  ])("%s is none", (text) => {
    expect(external.safeParse(text).success).toBe(false);
  });
});
