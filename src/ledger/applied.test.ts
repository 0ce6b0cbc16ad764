import { mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Site } from "../site/site.ts";
import { type Applied, appliedMark, forgetApplied, readApplied, writeApplied } from "./applied.ts";
import { readRestarts, writeRestarts } from "./restarts.ts";

const tree = { source: "/images/front", digest: "00", size: 1 };
const site: Site = {
  name: "home",
  domain: "example.org",
  domains: [],
  engine: "podman",
  certificates: "local",
  front: { addresses: ["0.0.0.0"], http: 80, https: 443 },
  people: [{ name: "ada", title: "Ada \u001b[31m ä", groups: [], keys: [], addresses: [] }],
  services: [],
  secrets: { values: {}, keys: [] },
  images: { front: tree, web: tree },
};
const applied: Applied = { site, desired: [], stopped: false };

describe("the site as last applied", () => {
  let ledger: string;
  let path: string;
  beforeEach(async () => {
    ledger = join(await mkdtemp(join(tmpdir(), "freehold-applied-")), "ledger");
    path = join(ledger, "applied.json");
  });
  afterEach(() => rm(join(ledger, ".."), { recursive: true }));

  test("is nothing before the first time", async () => {
    expect(await readApplied(ledger)).toBeUndefined();
    expect(await appliedMark(ledger)).toBeUndefined();
  });

  test("can be forgotten, once or twice, with all that it held", async () => {
    await writeApplied(ledger, applied);
    await forgetApplied(ledger);
    await forgetApplied(ledger);
    expect(await readApplied(ledger)).toBeUndefined();
  });

  test("is read back as it was written, and nobody else may read it", async () => {
    await writeApplied(ledger, applied);
    expect(await readApplied(ledger)).toEqual(applied);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(ledger)).mode & 0o777).toBe(0o700);
  });

  test("changes its mark with each time", async () => {
    await writeApplied(ledger, applied);
    const before = await appliedMark(ledger);
    await writeApplied(ledger, { ...applied, stopped: true });
    expect(await appliedMark(ledger)).not.toBe(before);
  });

  test.each([
    ["cut at half", async (file: string) => truncate(file, Math.floor((await stat(file)).size / 2))],
    ["empty", (file: string) => truncate(file, 0)],
    ["somebody else's", (file: string) => writeFile(file, '{"version":1,"applied":{"site":{}},"digest":"0"}')],
    ["of a later version", (file: string) => writeFile(file, '{"version":2}')],
    [
      "edited",
      async (file: string) => writeFile(file, (await readFile(file, "utf8")).replace("example.org", "example.com")),
    ],
  ])("is a problem when the file is %s, and stays as it is", async (_name, damage) => {
    await writeApplied(ledger, applied);
    await damage(path);
    const before = await readFile(path, "utf8");
    await expect(readApplied(ledger)).rejects.toMatchObject({
      problem: { code: "LEDGER_UNREADABLE", hint: expect.stringContaining(path) },
    });
    expect(await readFile(path, "utf8")).toBe(before);
  });

  test("survives a write that fails: the old one is still whole", async () => {
    await writeApplied(ledger, applied);
    await expect(writeApplied(join(path, "below"), applied)).rejects.toThrow();
    expect(await readApplied(ledger)).toEqual(applied);
  });

  test("what is remembered of containers is read back, and a file that means nothing counts as none", async () => {
    const counts = new Map([
      ["container/blog/blog", { containerId: "c1", count: 3 }],
      ["container/mail/imap", { containerId: "c2", count: 0, answered: 1_767_225_600_000 }],
    ]);
    expect(await readRestarts(ledger)).toEqual(new Map());
    await writeRestarts(ledger, counts);
    expect(await readRestarts(ledger)).toEqual(counts);
    await writeFile(join(ledger, "restarts.json"), "{");
    expect(await readRestarts(ledger)).toEqual(new Map());
  });
});
