import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { execBytes } from "../lib/exec-bytes.ts";
import { fail } from "../lib/problem.ts";
import { type SiteLayout, siteLayout } from "../providers/layout.ts";
import { refreshLedger } from "./refresh-ledger.ts";
import { render } from "./render.ts";
import type { Text } from "./span.ts";

const site = { name: "home" };
const signal = new AbortController().signal;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-refresh-"));
});
afterEach(() => rm(directory, { recursive: true }));

describe("what is known of a site that is kept elsewhere", () => {
  test("is what the keeper's ledger says: its files replace those here, and others go; locks stay everybody's own", async () => {
    const layout = layoutHere();
    await put(layout.ledger, { "applied.json": "old", "open-change.json": "{}", "converge/claim": "mine" });
    const theirs = await archiveOf({ "applied.json": "new", "journal.jsonl": "a\n" });
    expect(await refresh(layout, async () => theirs)).toEqual({ isNews: true, said: "" });
    expect((await readdir(layout.ledger)).sort()).toEqual(["applied.json", "converge", "journal.jsonl"]);
    expect(await readFile(join(layout.ledger, "applied.json"), "utf8")).toBe("new");
    expect(await readdir(layout.home)).toEqual(["ledger"]);
  });

  test("is begun on a machine that never knew the site", async () => {
    const layout = layoutHere();
    const theirs = await archiveOf({ "applied.json": "new" });
    expect((await refresh(layout, async () => theirs)).isNews).toBe(true);
    expect(await readdir(layout.ledger)).toEqual(["applied.json"]);
  });

  test("never leads out of the ledger: links and odd names in an archive are left out", async () => {
    const layout = layoutHere();
    const secret = join(directory, "secret");
    await writeFile(secret, "mine");
    const from = join(directory, "from");
    await put(from, { "journal.jsonl": "a\n", ".profile": "x", "deep/applied.json": "x" });
    await symlink(secret, join(from, "applied.json"));
    expect((await refresh(layout, async () => pack(from))).isNews).toBe(true);
    expect(await readdir(layout.ledger)).toEqual(["journal.jsonl"]);
    expect(await readFile(secret, "utf8")).toBe("mine");
  });

  test("stays as it was when nobody there answers, and that is said", async () => {
    const layout = layoutHere();
    await put(layout.ledger, { "applied.json": "old" });
    const silent = await refresh(layout, async () => undefined);
    expect(silent).toMatchObject({ isNews: false, said: expect.stringContaining("does not run") });
    const refused = await refresh(layout, async () => fail("CLUSTER_REFUSED", "expected to be let in, got no"));
    expect(refused).toMatchObject({ isNews: false, said: expect.stringContaining("expected to be let in, got no") });
    const torn = await refresh(layout, async () => Buffer.from("no archive"));
    expect(torn).toMatchObject({ isNews: false, said: expect.stringContaining("expected a ledger") });
    expect(await readdir(layout.home)).toEqual(["ledger"]);
    expect(await readFile(join(layout.ledger, "applied.json"), "utf8")).toBe("old");
  });

  test("is this machine's own where nobody else keeps it", async () => {
    const layout = layoutHere();
    await put(layout.ledger, { "applied.json": "old" });
    const runtime = { isKeptElsewhere: async () => false, ledgerElsewhere: async () => pack(directory) };
    expect(await refreshLedger({ terminal: { say: () => {} }, signal }, runtime, { site, layout })).toBe(false);
    expect(await readFile(join(layout.ledger, "applied.json"), "utf8")).toBe("old");
  });
});

/** Asks the keeper, who answers like this. */
async function refresh(layout: SiteLayout, ledgerElsewhere: () => Promise<Uint8Array | undefined>) {
  const said: string[] = [];
  const terminal = { say: (text: Text) => void said.push(render(text, "plain")) };
  const runtime = { isKeptElsewhere: async () => true, ledgerElsewhere };
  const isNews = await refreshLedger({ terminal, signal }, runtime, { site, layout });
  return { isNews, said: said.join("") };
}

async function put(place: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(place, path)), { recursive: true });
    await writeFile(join(place, path), text);
  }
}

async function archiveOf(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const from = await mkdtemp(join(directory, "from-"));
  await put(from, files);
  return pack(from);
}

async function pack(from: string): Promise<Uint8Array> {
  return (await execBytes(["tar", "-c", "-C", from, "."], { env: { PATH: process.env.PATH ?? "" } })).stdout;
}

const layoutHere = () => siteLayout({ root: join(directory, "root"), run: join(directory, "run") }, "home");
