import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { canonical } from "../../resource/digest.ts";
import type { Volume } from "../../resource/kinds/volume.ts";
import type { Resource } from "../../resource/resource.ts";
import type { Provider } from "../provider.ts";
import { type Sample, sample, way } from "./sample.ts";
import { type ContractWorld, change, clear, context, create, seen } from "./world.ts";

/** One thing to make, and what it is changed to. `action` is how that kind changes. */
export type ThingCase = {
  readonly resource: Resource;
  readonly changed: Resource;
  readonly action: "update" | "replace";
};

/** What a provider of some kinds is tried with. `cases` need nothing but each other, in their order. */
export type ProviderWorld = {
  readonly provider: Provider;
  readonly site: string;
  readonly otherSite: string;
  readonly cases: readonly ThingCase[];
  /** Milliseconds after which an apply is stopped. */
  readonly stops?: readonly number[];
  end(): Promise<void>;
};

/** What holds for things of every kind but containers: made once, read back as they are, changed, removed, never a stranger's. */
export function providerContract(name: string, make: () => Promise<ProviderWorld>): void {
  describe(`${name} keeps the provider's contract`, () => {
    let world: ProviderWorld;
    beforeAll(async () => {
      world = await make();
    });
    afterEach(async () => {
      await clear(world.provider, world.site);
      await clear(world.provider, world.otherSite);
    });
    afterAll(() => world.end());

    const createAll = async (site: string): Promise<void> => {
      for (const { resource } of world.cases) await create(world.provider, site, resource);
    };

    test("what was made is read back equal, key for key, and sorted by id", async () => {
      await createAll(world.site);
      const resources = (await world.provider.observe(world.site)).resources.filter(isNoImage);
      const wanted = world.cases.map(({ resource }) => resource).sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(resources.map(({ resource }) => canonical(resource))).toEqual(wanted.map(canonical));
      expect(resources.map(({ amiss }) => amiss)).toEqual(wanted.map(() => undefined));
    });

    test("making a thing again changes nothing and makes no second one", async () => {
      await createAll(world.site);
      // which slots are foreign changes with whatever else runs on the machine
      const { resources, slots } = await world.provider.observe(world.site);
      await createAll(world.site);
      const again = await world.provider.observe(world.site);
      expect({ resources: again.resources, slots: again.slots }).toEqual({ resources, slots });
    });

    test("a changed thing is read back changed, and changing it again is fine", async () => {
      await createAll(world.site);
      for (const { action, changed } of world.cases) {
        await change(world.provider, world.site, action, changed);
        await change(world.provider, world.site, action, changed);
        const now = await seen(world.provider, world.site, changed.id);
        expect(canonical(now?.resource)).toBe(canonical(changed));
        expect(now?.amiss).toBeUndefined();
      }
    });

    test("removing a thing twice is fine, also one that never was", async () => {
      await createAll(world.site);
      for (const { resource } of world.cases.toReversed()) {
        await world.provider.remove(world.site, resource, context());
        await world.provider.remove(world.site, resource, context());
      }
      expect((await world.provider.observe(world.site)).resources.filter(isNoImage)).toEqual([]);
    });

    test("another site's things of the same names are neither seen nor touched", async () => {
      await createAll(world.otherSite);
      const before = await world.provider.observe(world.otherSite);
      expect((await world.provider.observe(world.site)).resources.filter(isNoImage)).toEqual([]);
      for (const { resource } of world.cases.toReversed()) await world.provider.remove(world.site, resource, context());
      expect((await world.provider.observe(world.otherSite)).resources).toEqual(before.resources);
    });

    test("an apply that is stopped at any moment is completed by the next", async () => {
      for (const milliseconds of world.stops ?? [0, 3, 10, 30, 100]) {
        for (const { resource } of world.cases) {
          await create(world.provider, world.site, resource, AbortSignal.timeout(milliseconds)).catch(() => {});
        }
        await createAll(world.site);
        const { resources } = await world.provider.observe(world.site);
        expect(resources.filter(isNoImage).map(({ resource }) => resource.id)).toEqual(
          world.cases.map(({ resource }) => resource.id).sort(),
        );
        await clear(world.provider, world.site);
      }
    });

    test("different things may be made at the same time", async () => {
      const independent = world.cases.filter(({ resource }) => resource.needs.length === 0);
      await Promise.all(independent.map(({ resource }) => create(world.provider, world.site, resource)));
      const { resources } = await world.provider.observe(world.site);
      expect(resources.filter(isNoImage)).toHaveLength(independent.length);
    });
  });
}

/** The provider's contract with the kinds that every runtime has, and what networks tell about the address plan. */
export function runtimeContractForThings(name: string, make: () => Promise<ContractWorld>): void {
  providerContract(name, async () => {
    const world = await make();
    const a = sample(world, 0, "alpha");
    const b = sample(world, 1, "beta");
    const link = way(a, b);
    const text = { from: "text", entries: { "index.html": "another page" } } as const;
    return {
      provider: world.runtime,
      site: world.site,
      otherSite: world.otherSite,
      end: () => world.end(),
      ...(world.cluster === true ? { stops: [0, 30] } : {}),
      cases: [
        { resource: a.network, changed: { ...a.network, resolves: true }, action: "replace" },
        { resource: b.network, changed: b.network, action: "replace" },
        { resource: a.volume, changed: elsewhere(world, a), action: "update" },
        { resource: a.file, changed: { ...a.file, content: text }, action: "update" },
        { resource: link, changed: { ...link, port: 8081 }, action: "replace" },
      ],
    };
  });

  describe(`${name} tells the address plan`, () => {
    let world: ContractWorld;
    beforeAll(async () => {
      world = await make();
    });
    afterAll(() => world.end());

    test("networks and volumes hold their service's slot, and other sites see it as foreign", async ({ skip }) => {
      if (world.cluster === true) return skip("a cluster gives addresses itself");
      const a = sample(world, 0, "alpha");
      const b = sample(world, 1, "beta");
      await create(world.runtime, world.site, a.network);
      await create(world.runtime, world.site, b.volume);
      const own = await world.runtime.observe(world.site);
      const other = await world.runtime.observe(world.otherSite);
      await clear(world.runtime, world.site);
      const [first, second] = world.slots;
      expect(own.slots).toEqual({ alpha: first, beta: second });
      expect(own.foreignSlots).not.toContain(first);
      expect(other.slots).toEqual({});
      expect(other.foreignSlots).toEqual(expect.arrayContaining([first, second]));
    });
  });
}

/** The volume as it may change in place: in another place of the address plan, on a cluster with nothing that it needs. */
function elsewhere(world: ContractWorld, { volume }: Sample): Volume {
  return world.cluster === true ? { ...volume, needs: [] } : { ...volume, slot: world.slots[2] };
}

function isNoImage({ resource }: { readonly resource: Resource }): boolean {
  return resource.kind !== "image";
}
