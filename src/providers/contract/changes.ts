import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Resource } from "../../resource/resource.ts";
import type { Changed } from "../provider.ts";
import { type Sample, sample, way } from "./sample.ts";
import { type ContractWorld, change, context, create, tidy } from "./world.ts";

/** What a runtime tells of changes: something of every kind of them, nothing while all is quiet, nothing of other sites. */
export function runtimeContractForChanges(name: string, make: () => Promise<ContractWorld>): void {
  describe(`${name} tells of changes`, () => {
    let world: ContractWorld;
    let alpha: Sample;
    let beta: Sample;

    beforeAll(async () => {
      world = await make();
      alpha = sample(world, 0, "alpha");
      beta = sample(world, 1, "beta");
    });
    afterEach(async () => {
      await tidy(world, world.site);
      await tidy(world, world.otherSite);
    });
    afterAll(() => world.end());

    const ground = async (site: string, of: Sample): Promise<void> => {
      for (const resource of [world.image, of.network, of.volume, of.file, of.container])
        await create(world.runtime, site, resource);
    };
    const remove = (site: string, resource: Resource): Promise<void> => world.runtime.remove(site, resource, context());

    /** What is told since something began, until that word comes, or for so many milliseconds. */
    const told = async (
      work: () => Promise<unknown>,
      { until, within = 5000 }: { until?: Changed; within?: number },
    ) => {
      const end = new AbortController();
      const words = new Set<Changed>();
      const listening = (async () => {
        for await (const word of world.runtime.changes(world.site, end.signal)) words.add(word);
      })();
      await delay(world.cluster === true ? 1500 : 400); // until it listens
      words.clear();
      await work();
      const last = Date.now() + within;
      while (Date.now() < last && !(until !== undefined && words.has(until))) await delay(20);
      end.abort();
      await listening;
      return words;
    };
    const tells = async (until: Changed, work: () => Promise<unknown>): Promise<void> => {
      expect(await told(work, { until })).toContain(until);
    };

    test("that took something away or put another thing in its place: container, network, link, file and state", async () => {
      await ground(world.site, alpha);
      await create(world.runtime, world.site, beta.network);
      const link = way(alpha, beta);
      await create(world.runtime, world.site, link);
      await tells("firewall", () => remove(world.site, link));
      await tells("container", () => remove(world.site, alpha.container));
      await tells("network", () => remove(world.site, alpha.network));
      const text = { from: "text", entries: { "index.html": "another page" } } as const;
      const another = { ...alpha.file, content: text };
      await tells("file", () => change(world.runtime, world.site, "update", another));
      await tells("file", () => remove(world.site, alpha.file));
      await tells("state", () => remove(world.site, alpha.volume));
    });

    test("and of nothing while it is asked this and that, a process dies, and another site is at work", async () => {
      await ground(world.site, alpha);
      const work = async (): Promise<void> => {
        await world.runtime.observe(world.site);
        await world.runtime.check(world.site, alpha.container);
        await world.runtime.exec(world.site, alpha.container.id, world.commands.writes("/data/note", "kept"));
        await ground(world.otherSite, beta);
        await tidy(world, world.otherSite);
      };
      expect([...(await told(work, { within: 1500 }))]).toEqual([]);
    });

    test("until its signal says so, also when it says so at once", async () => {
      for await (const _word of world.runtime.changes(world.site, AbortSignal.timeout(300))) {
        // only its end matters
      }
      for await (const _word of world.runtime.changes(world.site, AbortSignal.abort())) {
        // only its end matters
      }
    });
  });
}
