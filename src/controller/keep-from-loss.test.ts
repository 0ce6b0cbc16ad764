import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { killContainer, meddle, type Thing, thingsOf } from "../providers/memory/world.ts";
import { type Supervision, sampleSupervision, stateful } from "./sample-supervision.ts";

const volume = "volume/mail/mail/data";
const container = "container/mail/mail";

let some: Supervision;
beforeEach(async () => {
  some = await sampleSupervision();
  await some.apply(stateful(["blog", "mail"]));
  await some.runUntil(10_000);
});
afterEach(() => some.end());

const things = (): Map<string, Thing> => thingsOf(some.world, "home");
const lose = (): void => meddle(some.world, "home", "state", (all) => all.delete(volume));

describe("state that was there and is gone", () => {
  test("is not made anew, and nothing is started on what would be an empty directory; all else goes on", async () => {
    some.at(20_000, lose);
    some.at(30_000, () => {
      killContainer(some.world, "home", container);
      killContainer(some.world, "home", "container/blog/blog");
    });
    await some.runUntil(120_000);
    expect(things().has(volume)).toBe(false);
    expect(things().get(container)?.run?.state).toBe("stopped");
    expect(things().get("container/blog/blog")?.run?.state).toBe("running");
    expect(some.lines.filter((line) => line.includes("state is gone: data of mail"))).toHaveLength(1);
  });

  test("was gone before the supervisor started: the disk is not mounted yet. When it is, all is as before", async () => {
    const kept = things().get(volume);
    lose();
    killContainer(some.world, "home", container);
    some.at(60_000, () => {
      expect(things().get(container)?.run?.state).toBe("stopped");
      if (kept !== undefined) things().set(volume, kept); // a mount tells nobody
    });
    await some.runUntil(90_000);
    expect(things().get(container)?.run?.state).toBe("running");
    expect(things().get(volume)).toBe(kept);
  });

  test("costs a look every ten seconds, no more", async () => {
    let before = 0;
    some.at(20_000, lose);
    some.at(25_000, () => killContainer(some.world, "home", container));
    some.at(60_000, () => {
      before = some.looks();
    });
    await some.runUntil(160_000);
    expect(some.looks() - before).toBeLessThanOrEqual(11);
  });

  test("and was made anew by a person is as good as any", async () => {
    const kept = things().get(volume);
    some.at(20_000, lose);
    some.at(40_000, () => kept && things().set(volume, { ...kept, data: new Map() }));
    await some.runUntil(80_000);
    expect(await some.isWhole()).toBe(true);
  });

  test("and was never there before is made: that is a new service", async () => {
    await some.apply(stateful(["blog", "mail", "wiki"]));
    await some.runUntil(30_000);
    expect(things().has("volume/wiki/wiki/data")).toBe(true);
    expect(some.lines.filter((line) => line.includes("state is gone"))).toEqual([]);
  });
});
