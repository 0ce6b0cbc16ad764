import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lock } from "../ledger/lock.ts";
import { meddle } from "../providers/memory/world.ts";
import { type Supervision, sampleSupervision, stateful } from "./sample-supervision.ts";

let some: Supervision;
beforeEach(async () => {
  some = await sampleSupervision();
  await some.apply(stateful(["blog", "mail"]));
});
afterEach(() => some.end());

const remove = (id: string): void => meddle(some.world, "home", "file", (things) => things.delete(id));
const network = "network/blog";
const file = "file/front/haproxy";

describe("what somebody changed behind the supervisor's back", () => {
  test("is repaired within three seconds", async () => {
    some.at(60_000, () => meddle(some.world, "home", "container", (things) => things.delete("container/mail/mail")));
    some.at(63_000, async () => expect(await some.isWhole()).toBe(true));
    await some.runUntil(70_000);
  });

  test("costs one look at everything, and its repair wakes nobody", async () => {
    let before = 0;
    some.at(60_000, () => {
      before = some.looks();
      remove(network);
    });
    await some.runUntil(250_000);
    // what is, whether that is still so, what became of it
    expect(some.looks() - before).toBe(3);
    expect(await some.isWhole()).toBe(true);
  });

  test("again and again costs a look every three seconds at most, and is right in the end", async () => {
    let before = 0;
    some.at(60_000, () => {
      before = some.looks();
    });
    for (let at = 60_000; at < 100_000; at += 50) some.at(at, () => remove(file));
    // six at once, then one every three seconds, each with three looks
    some.at(100_000, () => expect(some.looks() - before).toBeLessThanOrEqual(3 * 20));
    await some.runUntil(110_000);
    expect(await some.isWhole()).toBe(true);
  });

  test("while somebody else is at work waits until he is done", async () => {
    const { world, layout } = some;
    let effects = 0;
    some.at(60_000, async () => {
      const held = await lock(layout.ledger, "up");
      remove(network);
      effects = world.effects;
      some.at(69_000, () => {
        expect(world.effects).toBe(effects);
        return held.release();
      });
    });
    some.at(73_000, async () => expect(await some.isWhole()).toBe(true));
    await some.runUntil(80_000);
  });

  test("and nobody hears is repaired all the same, later; that is said once", async () => {
    some.at(60_000, () => remove(network));
    some.at(95_000, async () => expect(await some.isWhole()).toBe(true));
    await some.runUntil(600_000, {
      // biome-ignore lint/correctness/useYield: it fails before it has anything to tell
      changes: async function* () {
        throw new Error("no watches left");
      },
    });
    expect(some.lines.filter((line) => line.includes("no watches left"))).toHaveLength(1);
  });

  test("nothing, costs nothing: everything is looked at every five minutes", async () => {
    let before = 0;
    some.at(20_000, () => {
      before = some.looks();
    });
    await some.runUntil(20_000 + 3_000_000);
    expect(some.looks() - before).toBeLessThanOrEqual(10);
  });
});
