import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Volume } from "../../resource/kinds/volume.ts";
import type { Snapshots } from "../snapshots.ts";
import { paths, type Sample, sample } from "./sample.ts";
import { type ContractWorld, change, context, create, seen, tidy } from "./world.ts";

const names = ["20261121T100000Z-aaaaaaa", "20261121T110000Z-bbbbbbb"] as const;

/** State that is copied before a change and put back after one that went wrong. */
export function runtimeContractForSnapshots(name: string, make: () => Promise<ContractWorld>): void {
  describe(`${name} keeps the contract for snapshots`, () => {
    let world: ContractWorld;
    let thing: Sample;
    let snapshots: Snapshots;
    beforeAll(async () => {
      world = await make();
      thing = sample(world, 0, "alpha");
      snapshots = world.runtime.snapshots;
    });
    afterEach(async () => {
      await tidy(world, world.site);
      await tidy(world, world.otherSite);
    });
    afterAll(() => world.end());

    const run = async (): Promise<void> => {
      for (const resource of [world.image, thing.network, thing.volume, thing.file, thing.container])
        await create(world.runtime, world.site, resource);
    };
    const write = (text: string): Promise<number> =>
      world.runtime.exec(world.site, thing.container.id, world.commands.writes(`${paths.state}/note`, text));
    const holds = async (text: string): Promise<boolean> =>
      (await world.runtime.exec(world.site, thing.container.id, world.commands.holds(`${paths.state}/note`, text))) ===
      0;
    const stop = (): Promise<void> => world.runtime.stop(world.site, thing.container.id, context());
    const start = (): Promise<void> => change(world.runtime, world.site, "update", thing.container);
    const take = (snapshot: string = names[0]) => snapshots.take(world.site, "alpha", snapshot, context());
    const restore = (snapshot: string = names[0]) => snapshots.restore(world.site, "alpha", snapshot, context());

    test("what was written after a snapshot is gone when it is put back, as often as that is done", async () => {
      await run();
      await write("before");
      await stop();
      await take();
      for (const _ of [1, 2]) {
        await start();
        await write("after");
        await stop();
        await restore();
        await start();
        expect(await holds("before")).toBe(true);
        await stop();
      }
    });

    test("a snapshot is listed with its service, its time and its size, after it is told what it will cost", async () => {
      await run();
      await stop();
      const cost = await snapshots.cost(world.site, "alpha");
      expect(cost.milliseconds).toBeGreaterThan(0);
      const taken = await take();
      expect(taken).toMatchObject({ service: "alpha", name: names[0], way: cost.way });
      expect(Math.abs(taken.at - Date.now())).toBeLessThan(60_000);
      expect(await snapshots.list(world.site)).toEqual([taken]);
      expect(await snapshots.list(world.otherSite)).toEqual([]);
    });

    test("taking one of the same name again leaves it as it was", async () => {
      await run();
      await write("before");
      await stop();
      const taken = await take();
      await start();
      await write("after");
      await stop();
      expect(await take()).toEqual(taken);
      await restore();
      await start();
      expect(await holds("before")).toBe(true);
    });

    test("state that is in use is not put back, and only of one moment copied", async () => {
      await run();
      await write("before");
      await stop();
      const { way } = await take();
      await start();
      await write("after");
      const inUse = { problem: { code: "STATE_IN_USE" } };
      await expect(restore()).rejects.toMatchObject(inUse);
      if (way === "atomic") expect(await take(names[1])).toMatchObject({ way });
      else await expect(take(names[1])).rejects.toMatchObject(inUse);
      expect(await holds("after")).toBe(true);
    });

    test("a volume that came later is no longer there when the state of before is put back", async () => {
      const later: Volume = { ...thing.volume, id: "volume/alpha/alpha/later", name: "later" };
      await create(world.runtime, world.site, thing.volume);
      await take();
      await create(world.runtime, world.site, later);
      await take(names[1]);
      await restore();
      expect(await seen(world.runtime, world.site, later.id)).toBeUndefined();
      expect(await seen(world.runtime, world.site, thing.volume.id)).toEqual({ resource: thing.volume });
      await restore(names[1]);
      expect(await seen(world.runtime, world.site, later.id)).toEqual({ resource: later });
    });

    test("what is not there is a problem of its own", async () => {
      await expect(snapshots.cost(world.site, "alpha")).rejects.toMatchObject({ problem: { code: "STATE_NONE" } });
      await expect(take()).rejects.toMatchObject({ problem: { code: "STATE_NONE" } });
      await create(world.runtime, world.site, thing.volume);
      await expect(restore()).rejects.toMatchObject({ problem: { code: "SNAPSHOT_UNKNOWN" } });
    });

    test("five are kept of each service, the newest; others go when that is asked for, and not before", async () => {
      const beta = sample(world, 1, "beta");
      for (const resource of [thing.volume, beta.volume]) await create(world.runtime, world.site, resource);
      const all = [0, 1, 2, 3, 4, 5, 6].map((hour) => `20261121T0${hour}0000Z-up`);
      for (const each of all) await take(each);
      await snapshots.take(world.site, "beta", names[0], context());
      expect(await listed()).toEqual([...all.toReversed(), names[0]]);
      await snapshots.prune(world.site, "alpha");
      expect(await listed()).toEqual([...all.slice(2).toReversed(), names[0]]);
      await snapshots.remove(world.site, "alpha", all[4] ?? "");
      await snapshots.remove(world.site, "alpha", all[4] ?? "");
      expect(await listed()).toEqual([all[6], all[5], all[3], all[2], names[0]]);
    });

    test("with the last volume of a service its snapshots go", async () => {
      await create(world.runtime, world.site, thing.volume);
      await take();
      await world.runtime.remove(world.site, thing.volume, context());
      expect(await snapshots.list(world.site)).toEqual([]);
    });

    const listed = async (): Promise<string[]> => (await snapshots.list(world.site)).map((each) => each.name);
  });
}
