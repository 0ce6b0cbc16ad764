import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readJournal } from "../ledger/journal.ts";
import { readOrphans } from "../ledger/orphans.ts";
import { thingsOf } from "../providers/memory/world.ts";
import { type Supervision, sampleSupervision, stateful } from "./sample-supervision.ts";

/** One of the ten for which state is kept here, in milliseconds. */
const minute = 60_000;
const volume = "volume/old/old/data";

let some: Supervision;
beforeEach(async () => {
  some = await sampleSupervision();
  await some.apply(stateful(["blog", "old"]));
  await some.runUntil(10_000);
});
afterEach(() => some.end());

const isThere = (id: string = volume): boolean => thingsOf(some.world, "home").has(id);
/** The service leaves; its state is to be kept for ten minutes. */
const leave = (grace: number | "never" = 10 * minute): Promise<void> => some.apply(stateful(["blog"], { grace }));

describe("state whose service left the site", () => {
  test("is kept until its grace is over, then deleted, and the journal says so", async () => {
    await leave();
    some.at(9.9 * minute, () => expect(isThere()).toBe(true));
    await some.runUntil(10.5 * minute);
    expect(isThere()).toBe(false);
    expect(isThere("volume/blog/blog/data")).toBe(true);
    expect(isThere("container/old/old")).toBe(false);
    const [entry, ...rest] = (await readJournal(some.layout.ledger)).filter(({ way }) => way === "grace");
    expect(rest).toEqual([]);
    expect(entry?.services).toEqual({
      old: { result: "done", what: ["state old/data deleted: its grace is over"] },
    });
    expect(await readOrphans(some.layout.ledger)).toEqual(new Map());
  });

  test.each([20, -20])("outlives a clock that is set by %i years", async (years) => {
    await leave();
    some.at(minute, () => some.clock.jump(years * 31_557_600_000));
    some.at(9 * minute, () => expect(isThere()).toBe(true));
    await some.runUntil(11 * minute);
    expect(isThere()).toBe(false);
  });

  test("is deleted only after as much time as somebody watched", async () => {
    await leave();
    await some.runUntil(6 * minute);
    await some.clock.sleep(100 * minute); // nobody watches
    some.at(109.5 * minute, () => expect(isThere()).toBe(true));
    await some.runUntil(111 * minute);
    expect(isThere()).toBe(false);
  });

  test("that comes back in time is as it was, and has its whole grace the next time", async () => {
    await leave();
    await some.runUntil(9 * minute);
    await some.apply(stateful(["blog", "old"], { grace: 10 * minute }));
    await some.runUntil(19 * minute);
    expect(isThere()).toBe(true);
    await leave();
    await some.runUntil(28 * minute);
    expect(isThere()).toBe(true);
    await some.runUntil(30 * minute);
    expect(isThere()).toBe(false);
  });

  test("is kept for ever where the site says so", async () => {
    await leave("never");
    await some.runUntil(20 * minute);
    expect(isThere()).toBe(true);
  });

  test("takes its snapshots along, and nobody else's", async () => {
    const snapshots = new Set(["old", "blog"]);
    const list = async () =>
      [...snapshots].map((service) => ({ service, name: "s", at: 0, way: "copy" as const, bytes: 1 }));
    await leave();
    await some.runUntil(11 * minute, {
      snapshots: {
        cost: async () => ({ way: "copy", bytes: 0, milliseconds: 0 }),
        take: async () => ({ service: "old", name: "s", at: 0, way: "copy", bytes: 1 }),
        restore: async () => {},
        prune: async () => {},
        list,
        remove: async (_, service) => void snapshots.delete(service),
      },
    });
    expect([...snapshots]).toEqual(["blog"]);
  });
});
