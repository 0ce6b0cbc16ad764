import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Secret } from "../../resource/kinds/secret.ts";
import type { LogLine } from "../provider.ts";
import { type Sample, sample } from "./sample.ts";
import { type ContractWorld, change, context, create, seen, tidy } from "./world.ts";

/** Containers that a change stops, and those that it gives up and keeps. */
export function runtimeContractForFailed(name: string, make: () => Promise<ContractWorld>): void {
  describe(`${name} keeps the contract for containers that are given up`, () => {
    let world: ContractWorld;
    let thing: Sample;
    beforeAll(async () => {
      world = await make();
      thing = sample(world, 0, "alpha");
    });
    afterEach(async () => {
      await world.runtime.removeFailed(world.site);
      await tidy(world, world.site);
    });
    afterAll(() => world.end());

    const run = async (of: Sample = thing): Promise<void> => {
      for (const resource of [world.image, of.network, of.volume, of.file, of.container])
        await create(world.runtime, world.site, resource);
    };
    const keep = (as: string, of: Sample = thing): Promise<void> =>
      world.runtime.keepFailed(world.site, of.container.id, as, context());
    const log = async (): Promise<LogLine[]> => {
      const query = { follow: false, tail: 10, signal: AbortSignal.timeout(10_000) };
      return Array.fromAsync(world.runtime.failedLogs(world.site, thing.container.id, query));
    };
    const hasSaid = async (): Promise<void> => {
      const query = { follow: true, signal: AbortSignal.timeout(10_000) };
      for await (const _ of world.runtime.logs(world.site, thing.container.id, query)) return;
    };

    test("one that was stopped is seen as stopped, and the same one starts again; stopping it twice is fine", async () => {
      await run();
      const before = await seen(world.runtime, world.site, thing.container.id);
      for (const _ of [1, 2]) await world.runtime.stop(world.site, thing.container.id, context());
      expect((await seen(world.runtime, world.site, thing.container.id))?.run).toMatchObject({
        state: "stopped",
        pid: 0,
      });
      await change(world.runtime, world.site, "update", thing.container);
      const after = await seen(world.runtime, world.site, thing.container.id);
      expect(after?.run).toMatchObject({ state: "running", containerId: before?.run?.containerId });
      await world.runtime.stop(world.site, "container/alpha/other", context());
    });

    test("one that is kept is not observed, and its successor has its name, its address and a log of its own", async () => {
      await run();
      await hasSaid();
      const before = await seen(world.runtime, world.site, thing.container.id);
      await keep("change-1");
      expect(await seen(world.runtime, world.site, thing.container.id)).toBeUndefined();
      expect(await world.runtime.failed(world.site)).toMatchObject([
        { id: thing.container.id, service: "alpha", name: "change-1", containerId: before?.run?.containerId },
      ]);
      await create(world.runtime, world.site, thing.container);
      const after = await seen(world.runtime, world.site, thing.container.id);
      expect(after?.run).toMatchObject({ state: "running" });
      expect(after?.run?.containerId).not.toBe(before?.run?.containerId);
      expect((await log()).map(({ text, stream }) => `${stream} ${text}`)).toEqual(["stdout serving"]);
      expect(await world.runtime.failed(world.otherSite)).toEqual([]);
    });

    test("one is kept for an id, the last; those of one service are removed by its name", async () => {
      const beta = sample(world, 1, "beta");
      await run();
      await run(beta);
      await keep("change-1");
      await create(world.runtime, world.site, thing.container);
      await keep("change-2");
      await keep("change-3"); // there is none to keep
      await keep("change-2", beta);
      const kept = async (): Promise<string[]> =>
        (await world.runtime.failed(world.site)).map(({ service, name: as }) => `${service} ${as}`);
      expect(await kept()).toEqual(["alpha change-2", "beta change-2"]);
      await world.runtime.removeFailed(world.site, "alpha");
      expect(await kept()).toEqual(["beta change-2"]);
      await expect(log()).rejects.toMatchObject({ problem: { code: "CONTAINER_UNKNOWN" } });
      await world.runtime.removeFailed(world.site);
      expect(await kept()).toEqual([]);
    });

    test("one that ended by itself is kept with the code that it ended with", async () => {
      await run({ ...thing, container: { ...thing.container, command: world.commands.ends(3) } });
      while ((await seen(world.runtime, world.site, thing.container.id))?.run?.state !== "stopped") {}
      await keep("change-1");
      expect(await world.runtime.failed(world.site)).toMatchObject([{ exitCode: 3 }]);
    });

    test("what it used can be replaced and removed, and it stays", async () => {
      await run();
      await keep("change-1");
      await change(world.runtime, world.site, "replace", { ...thing.network, resolves: true });
      await world.runtime.remove(world.site, thing.network, context());
      await world.runtime.remove(world.site, thing.file, context());
      await world.runtime.remove(world.site, thing.volume, context());
      expect(await world.runtime.failed(world.site)).toHaveLength(1);
      const left = (await world.runtime.observe(world.site)).resources.map(({ resource }) => resource.id);
      for (const { id } of [thing.container, thing.network, thing.file, thing.volume]) expect(left).not.toContain(id);
    });

    test("one with secrets leaves them to its successor when it is removed", async () => {
      const sealed = await world.seal({ token: "first" });
      const owner = thing.file.owner;
      const secret: Secret = {
        kind: "secret",
        id: "secret/alpha/alpha",
        service: "alpha",
        needs: [],
        part: "alpha",
        ...sealed,
        owner,
      };
      const given = { source: secret.id, variables: { TOKEN: "token" }, files: {}, digest: "1" };
      const container = { ...thing.container, secrets: given };
      await create(world.runtime, world.site, secret);
      await run({ ...thing, container });
      await hasSaid();
      await keep("change-1");
      await create(world.runtime, world.site, container);
      expect((await log()).map(({ text }) => text)).toEqual(["serving"]);
      await world.runtime.removeFailed(world.site);
      await world.runtime.stop(world.site, container.id, context());
      await change(world.runtime, world.site, "update", container);
      expect(await world.runtime.exec(world.site, container.id, world.commands.hasVariable("TOKEN", "first"))).toBe(0);
      const own = { follow: false, tail: 5, signal: AbortSignal.timeout(10_000) };
      const said = await Array.fromAsync(world.runtime.logs(world.site, container.id, own));
      expect(said.filter(({ text }) => text === "serving").length).toBeLessThan(3); // its own two starts
    });
  });
}
