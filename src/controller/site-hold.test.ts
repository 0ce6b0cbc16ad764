import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { holderOf } from "../ledger/lock.ts";
import { systemClock as clock } from "../lib/clock.ts";
import { fail } from "../lib/problem.ts";
import type { Alone } from "../providers/provider.ts";
import { holdSite } from "./site-hold.ts";

describe("a site on which nobody else works", () => {
  let ledger: string;
  const { signal } = new AbortController();

  beforeEach(async () => {
    ledger = await mkdtemp(join(tmpdir(), "freehold-hold-"));
  });
  afterEach(() => rm(ledger, { recursive: true }));

  const hold = (alone?: () => Promise<Alone>) =>
    holdSite({ ledger, site: "home", runtime: { ...(alone && { alone }) }, what: "freehold up", clock, signal });

  test("is held here alone where nobody can work from elsewhere", async () => {
    const held = await hold();
    expect((await holderOf(ledger, "converge"))?.what).toBe("freehold up");
    await held.release();
    expect(await holderOf(ledger, "converge")).toBeUndefined();
  });

  test("is let go here when somebody works on it elsewhere, so that the next try is not in its own way", async () => {
    const elsewhere = async () => fail("LOCKED", "expected to be the only one at work, got bob", { kind: "waiting" });
    await expect(hold(elsewhere)).rejects.toThrow("got bob");
    expect(await holderOf(ledger, "converge")).toBeUndefined();
  });

  test("is held here first and let go here last, and stops who works when it is lost", async () => {
    const lost = new AbortController();
    const seen: string[] = [];
    const note = async (): Promise<void> =>
      void seen.push((await holderOf(ledger, "converge")) === undefined ? "free" : "held");
    const held = await hold(async () => {
      await note();
      return { lost: lost.signal, release: note };
    });
    expect(held.signal.aborted).toBe(false);
    lost.abort();
    expect(held.signal.aborted).toBe(true);
    await held.release();
    expect(seen).toEqual(["held", "held"]);
  });
});
