import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { canonical } from "../../resource/digest.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { Observed } from "../../resource/observed.ts";
import { paths, type Sample, sample } from "./sample.ts";
import { type ContractWorld, change, context, create, seen, tidy } from "./world.ts";

/** The life of a container: made, read back, stopped, started, restarted, replaced, killed in between, removed. */
export function runtimeContractForContainers(name: string, make: () => Promise<ContractWorld>): void {
  describe(`${name} keeps the contract for containers`, () => {
    let world: ContractWorld;
    let thing: Sample;

    beforeAll(async () => {
      world = await make();
      thing = sample(world, 0, "alpha");
    });
    afterEach(async () => {
      await tidy(world, world.site);
      await tidy(world, world.otherSite);
    });
    afterAll(() => world.end());

    const ground = async (site: string, of: Sample): Promise<void> => {
      for (const resource of [world.image, of.network, of.volume, of.file]) await create(world.runtime, site, resource);
    };
    const look = (container: Container = thing.container): Promise<Observed | undefined> =>
      seen(world.runtime, world.site, container.id);
    const answers = async (container: Container): Promise<void> => {
      for (const last = Date.now() + container.check.within; Date.now() < last; ) {
        if ((await world.runtime.check(world.site, container)).healthy) return;
        await delay(100);
      }
      expect(await world.runtime.check(world.site, container)).toEqual({ healthy: true });
    };
    const holds = (path: string, text: string): Promise<number> =>
      world.runtime.exec(world.site, thing.container.id, world.commands.holds(path, text));

    test("a container runs when its apply resolves, is read back equal, and answers soon", async () => {
      await ground(world.site, thing);
      await create(world.runtime, world.site, thing.container);
      const now = await look();
      expect(canonical(now?.resource)).toBe(canonical(thing.container));
      expect(now?.run).toMatchObject({ state: "running" });
      expect(now?.run?.pid).toBeGreaterThan(1);
      expect(Math.abs((now?.run?.startedAt ?? 0) - Date.now())).toBeLessThan(60_000);
      expect(now?.amiss).toBeUndefined();
      await answers(thing.container);
    });

    test("making it again leaves it running, with its process", async () => {
      await ground(world.site, thing);
      await create(world.runtime, world.site, thing.container);
      const before = await look();
      await create(world.runtime, world.site, thing.container);
      expect((await look())?.run).toEqual(before?.run);
    });

    test("one that was killed is seen as stopped; an update starts the same one", async ({ skip }) => {
      if (world.cluster === true) return skip("a cluster starts it again itself");
      await ground(world.site, thing);
      await create(world.runtime, world.site, thing.container);
      const before = await look();
      await world.kill(thing.container.id);
      expect((await look())?.run).toMatchObject({ state: "stopped", pid: 0 });
      expect(await world.runtime.check(world.site, thing.container)).toMatchObject({ healthy: false, stopped: true });
      await change(world.runtime, world.site, "update", thing.container);
      const now = await look();
      expect(now?.run?.state).toBe("running");
      expect(now?.run?.pid).not.toBe(before?.run?.pid);
      expect(now?.run?.containerId).toBe(before?.run?.containerId);
    });

    test("one that was killed is the same one when its cluster has started it again", async ({ skip }) => {
      if (world.cluster !== true) return skip("on one machine nothing but an update starts it");
      await ground(world.site, thing);
      await create(world.runtime, world.site, thing.container);
      const before = await look();
      await world.kill(thing.container.id);
      for (let tries = 0; tries < 100 && (await look())?.run?.state !== "running"; tries++) await delay(100);
      const now = await look();
      expect(now?.run).toMatchObject({ state: "running", containerId: before?.run?.containerId });
      expect(now?.run?.pid).not.toBe(before?.run?.pid);
      expect(now?.amiss).toBeUndefined();
    });

    test("one that ends by itself is seen as stopped, with its exit code, and nothing restarts it behind our back", async () => {
      await ground(world.site, thing);
      const ending = { ...thing.container, command: world.commands.ends(3) };
      await create(world.runtime, world.site, ending);
      for (let tries = 0; tries < 50 && (await look())?.run?.state !== "stopped"; tries++) await delay(100);
      expect((await look())?.run).toMatchObject({ state: "stopped", exitCode: 3 });
      if (world.cluster === true) return; // it tries again, ever more seldom
      await delay(300);
      expect((await look())?.run?.state).toBe("stopped");
    });

    test("one observed as unhealthy is restarted by an update", async () => {
      await ground(world.site, thing);
      await create(world.runtime, world.site, thing.container);
      const before = await look();
      await change(world.runtime, world.site, "update", thing.container, "unhealthy");
      const now = await look();
      expect(now?.run?.state).toBe("running");
      expect(now?.run?.pid).not.toBe(before?.run?.pid);
    });

    test("a replacement has the new description and a new process, and its state as it was", async () => {
      await ground(world.site, thing);
      await create(world.runtime, world.site, thing.container);
      const before = await look();
      expect(
        await world.runtime.exec(
          world.site,
          thing.container.id,
          world.commands.writes(`${paths.state}/note`, "still here"),
        ),
      ).toBe(0);
      const next = { ...thing.container, env: { GREETING: "hello" } };
      await change(world.runtime, world.site, "replace", next);
      const now = await look();
      expect(canonical(now?.resource)).toBe(canonical(next));
      expect(now?.run?.containerId).not.toBe(before?.run?.containerId);
      expect(await holds(`${paths.state}/note`, "still here")).toBe(0);
    });

    test("two that relieve each other stand side by side in one place, and one goes without the other", async ({
      skip,
    }) => {
      if (world.cluster === true) return skip("a cluster has its own pods relieve each other");
      await ground(world.site, thing);
      const { network, id } = thing.container;
      if (network.mode !== "service") throw new Error("expected a network of its own");
      const beside = network.address.replace(/\d+$/, "77");
      const fresh: Container = {
        ...thing.container,
        id: `${id}/b`,
        turn: "b",
        network: { ...network, address: beside },
      };
      await create(world.runtime, world.site, thing.container);
      await create(world.runtime, world.site, fresh);
      expect([(await look())?.run?.state, (await look(fresh))?.run?.state]).toEqual(["running", "running"]);
      expect(await world.runtime.inUse(world.site, id)).toBe(false);
      const before = await look(fresh);
      await world.runtime.remove(world.site, thing.container, context());
      expect([await look(), await look(fresh)]).toEqual([undefined, before]);
      expect(await world.runtime.inUse(world.site, id)).toBe(false);
    });

    test("state outlives its container, and ends only when the volume itself is removed", async () => {
      await ground(world.site, thing);
      await create(world.runtime, world.site, thing.container);
      await world.runtime.exec(world.site, thing.container.id, world.commands.writes(`${paths.state}/note`, "kept"));
      await world.runtime.remove(world.site, thing.container, context());
      await create(world.runtime, world.site, thing.volume);
      await create(world.runtime, world.site, thing.container);
      expect(await holds(`${paths.state}/note`, "kept")).toBe(0);
      await world.runtime.remove(world.site, thing.container, context());
      await world.runtime.remove(world.site, thing.volume, context());
      await create(world.runtime, world.site, thing.volume);
      await create(world.runtime, world.site, thing.container);
      expect(await holds(`${paths.state}/note`, "kept")).not.toBe(0);
    });

    test("a live file is seen with its content, and its new content without a restart", async () => {
      await ground(world.site, thing);
      await create(world.runtime, world.site, thing.container);
      const before = await look();
      expect(await holds(`${paths.live}/current/index.html`, "page of alpha")).toBe(0);
      expect(await holds(`${paths.live}/current/deep/er.txt`, "ä\n")).toBe(0);
      const content = { from: "text", entries: { "index.html": "second page" } } as const;
      await change(world.runtime, world.site, "update", { ...thing.file, content });
      expect(await holds(`${paths.live}/current/index.html`, "second page")).toBe(0);
      expect((await look())?.run).toEqual(before?.run);
      expect((await look())?.amiss).toBeUndefined();
    });

    test("one with a reload is observed as not reloaded until an update has sent it", async ({ skip }) => {
      const { reloading } = world;
      if (reloading === undefined) return skip("this back end's image answers no reload");
      await ground(world.site, thing);
      const reloaded = { ...thing.container, command: reloading.command, reload: reloading.reload };
      await create(world.runtime, world.site, reloaded);
      await answers(reloaded);
      expect((await look())?.amiss).toBeUndefined();
      const content = { from: "text", entries: { "index.html": "second page" } } as const;
      await change(world.runtime, world.site, "update", { ...thing.file, content });
      const before = await look();
      expect(before?.amiss).toBe("not reloaded");
      await change(world.runtime, world.site, "update", reloaded);
      const now = await look();
      expect(now?.amiss).toBeUndefined();
      expect(now?.run).toEqual(before?.run);
    });

    test("an apply that is stopped at any moment is completed by the next, with one container", async () => {
      await ground(world.site, thing);
      for (const milliseconds of world.cluster === true ? [0, 50, 200] : [0, 10, 40, 120, 300]) {
        await create(world.runtime, world.site, thing.container, AbortSignal.timeout(milliseconds)).catch(() => {});
        const half = await look();
        await (half === undefined
          ? create(world.runtime, world.site, thing.container)
          : change(world.runtime, world.site, "update", thing.container));
        const { resources } = await world.runtime.observe(world.site);
        const containers = resources.filter(({ resource }) => resource.kind === "container");
        expect(containers.map(({ run }) => run?.state)).toEqual(["running"]);
        await world.runtime.remove(world.site, thing.container, context());
      }
    });

    test("removing a container twice is fine, and leaves the same one of another site running", async () => {
      const other = sample(world, 1, "alpha");
      await ground(world.site, thing);
      await ground(world.otherSite, other);
      await Promise.all([
        create(world.runtime, world.site, thing.container),
        create(world.runtime, world.otherSite, other.container),
      ]);
      const before = await seen(world.runtime, world.otherSite, other.container.id);
      await world.runtime.remove(world.site, thing.container, context());
      await world.runtime.remove(world.site, thing.container, context());
      expect(await look()).toBeUndefined();
      expect(await seen(world.runtime, world.otherSite, other.container.id)).toEqual(before);
    });

    test("a network's replacement takes the containers in it away, so that their own steps make them anew", async () => {
      await ground(world.site, thing);
      await create(world.runtime, world.site, thing.container);
      await change(world.runtime, world.site, "replace", { ...thing.network, resolves: true });
      const left = await look();
      await (left === undefined
        ? create(world.runtime, world.site, thing.container)
        : change(world.runtime, world.site, "replace", thing.container));
      expect((await look())?.run?.state).toBe("running");
      await answers(thing.container);
    });

    test("a missing image is a problem of its own, and leaves no container", async () => {
      await ground(world.site, thing);
      const lost = { ...thing.container, image: "localhost/freehold/none:0" };
      await expect(create(world.runtime, world.site, lost)).rejects.toMatchObject({
        problem: { code: "IMAGE_MISSING" },
      });
      expect(await look()).toBeUndefined();
    });
  });
}
