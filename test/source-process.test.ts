import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { judge, refuse, trust } from "../src/controller/trusted.ts";
import { readSource, writeSource } from "../src/ledger/source.ts";
import { exec } from "../src/lib/exec.ts";
import { problemOf } from "../src/lib/problem.ts";
import { type SiteLayout, siteLayout } from "../src/providers/layout.ts";
import { headOf, makeRepository } from "../src/source/repository.ts";
import { makeWorkshop, type SigningKey, type Workshop, type Yard } from "../src/source/workshop.ts";

// Real programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const freehold = resolve(import.meta.dirname, "../bin/freehold");

let shop: Workshop;
let ada: SigningKey;
let grace: SigningKey;
let yard: Yard;
let layout: SiteLayout;

beforeAll(async () => {
  shop = await makeWorkshop();
  ada = await shop.sshKey("ada");
  grace = await shop.openPgpKey("grace");
  yard = await shop.repository("checkout.git");
  layout = siteLayout({ root: join(shop.directory, "root"), run: join(shop.directory, "run") }, "home");
  await makeRepository(layout.repository, { branch: "main" });
  await writeSource(layout.ledger, { branch: "main" });
});
afterAll(() => shop.end());

async function run(...words: readonly string[]): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await exec([freehold, ...words], {
    cwd: shop.directory,
    env: {
      PATH: process.env.PATH,
      HOME: shop.directory,
      TZ: "UTC",
      FREEHOLD_ROOT: join(shop.directory, "root"),
      FREEHOLD_RUN: join(shop.directory, "run"),
    },
  });
  return { code, text: stdout + stderr };
}

const push = (commit: string, branch: string) =>
  yard.git(["push", "-q", layout.repository, `+${commit}:refs/heads/${branch}`]);

describe("on the machine of a site that follows git", () => {
  test("keys of both kinds are let in and shut out, and the site is found by being the only one", async () => {
    expect(await run("signers", "add", join(shop.directory, "ada.key.pub"))).toMatchObject({ code: 0 });
    const armoured = join(shop.directory, "grace.asc");
    await shop.gpg("--armor", "--output", armoured, "--export", "grace");
    expect(await run("signers", "add", armoured, "--name", "grace")).toMatchObject({ code: 0 });
    expect((await run("signers")).text).toContain(`grace  ${grace.key}`);
    const head = await yard.commit({ by: grace });
    await push(head, "main");
    expect(await judge(layout, head)).toMatchObject([{ signer: { name: "grace", by: "openpgp" } }]);
    expect((await run("signers", "remove", "grace")).text).toContain("grace is not on this machine's list");
    await expect(judge(layout, head)).rejects.toMatchObject({ problem: { code: "UNKNOWN_SIGNER" } });
  });

  test("an OpenPGP key that gpg cannot read is not put on the list", async () => {
    const lines = grace.text.split("\n");
    const broken = join(shop.directory, "broken.asc");
    await writeFile(broken, [...lines.slice(0, 3), lines.at(-1)].join("\n"));
    const before = await readFile(join(layout.trust, "signers"), "utf8");
    expect((await run("signers", "add", broken)).code).toBe(1);
    expect(await readFile(join(layout.trust, "signers"), "utf8")).toBe(before);
  });

  test("root vouches for a history that was never signed, and for going back", async () => {
    const old = await yard.commit({ message: "long ago" });
    await push(old, "before");
    expect(await run("source", "accept", "before")).toEqual({
      code: 2,
      text: expect.stringContaining("--yes does it without asking"),
    });
    expect(await run("source", "accept", "before", "--yes")).toMatchObject({ code: 0 });
    expect(await readSource(layout.ledger)).toEqual({ branch: "main", trusted: old });
    const head = await yard.commit({ by: ada, message: "signed now" });
    await push(head, "main");
    expect(await judge(layout, head)).toHaveLength(1);
    await trust(layout, head);
    const { text } = await run("source", "accept", old.slice(0, 12), "-y");
    expect(text).toContain(`home trusts ${old.slice(0, 12)} "long ago" on your word.`);
    expect(text).toContain("main is there now");
    expect(await headOf(layout.repository, "main")).toBe(old);
  });

  test("what is trusted and what was refused is told, harmless to the terminal", async () => {
    const head = await yard.commit({ by: ada, message: "bell \u0007 and \u001b[31mred" });
    await push(head, "main");
    await trust(layout, head);
    const unsigned = await yard.commit();
    await push(unsigned, "main");
    const why = problemOf(await judge(layout, unsigned).catch((thrown: unknown) => thrown));
    await refuse(layout, unsigned, why, Date.UTC(2026, 10, 21, 12));
    const { text } = await run("source");
    expect(text).toContain(`trusts   ${head.slice(0, 12)}`);
    expect(text).toContain(`refused  ${unsigned.slice(0, 12)}, 21 Nov 2026, 12:00:`);
    expect(text).toContain("without a signature");
    for (const control of ["\u0007", "\u001b"]) expect(text).not.toContain(control);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });
});
