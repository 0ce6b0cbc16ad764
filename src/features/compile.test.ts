import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digest } from "../resource/digest.ts";
import { isOnMachine } from "../resource/kinds/network.ts";
import type { Resource } from "../resource/resource.ts";
import type { Service, Site } from "../site/site.ts";
import { assignSlots } from "./addresses.ts";
import { compile } from "./compile.ts";
import { randomSite } from "./random-site.ts";
import { sampleExposure, sampleService, sampleSite } from "./sample-site.ts";

const slotsOf = (site: Site) =>
  assignSlots(
    site.services.map(({ name }) => name),
    {},
    [],
  );
const compiled = (site: Site) => compile(site, slotsOf(site));
const ids = (resources: readonly Resource[]) => resources.map(({ id }) => id);

describe("whatever the site", () => {
  test("the same site gives the same resources, in whatever order its services come", () => {
    fc.assert(
      fc.property(randomSite, fc.integer(), (site, turn) => {
        const services = [...site.services];
        const cut = services.length === 0 ? 0 : Math.abs(turn) % services.length;
        const turned = { ...site, services: [...services.slice(cut), ...services.slice(0, cut)] };
        expect(digest(compiled(turned))).toBe(digest(compiled(structuredClone(site))));
      }),
    );
  });

  test("each id is there once, sorted, and everything that is needed is there", () => {
    fc.assert(
      fc.property(randomSite, (site) => {
        const resources = compiled(site);
        const all = ids(resources);
        expect(all).toEqual([...new Set(all)].sort());
        const needed = new Set(resources.flatMap(({ needs }) => needs));
        expect([...needed].filter((id) => !all.includes(id))).toEqual([]);
      }),
    );
  });

  test("nothing needs itself, in however many steps", () => {
    fc.assert(
      fc.property(randomSite, (site) => {
        const resources = new Map(compiled(site).map((resource) => [resource.id, resource]));
        const done = new Set<string>();
        const visit = (id: string, trail: readonly string[]): void => {
          expect(trail).not.toContain(id);
          if (done.has(id)) return;
          for (const next of resources.get(id)?.needs ?? []) visit(next, [...trail, id]);
          done.add(id);
        };
        for (const id of resources.keys()) visit(id, []);
      }),
    );
  });

  test("no two containers share an address, and each stands in its own network", () => {
    fc.assert(
      fc.property(randomSite, (site) => {
        const resources = compiled(site);
        const networks = new Map(resources.flatMap((it) => (it.kind === "network" ? [[it.id, it]] : [])));
        const addresses = resources.flatMap((it) =>
          it.kind === "container" && it.network.mode === "service" ? [it.network] : [],
        );
        expect(new Set(addresses.map(({ address }) => address)).size).toBe(addresses.length);
        for (const { id, address } of addresses) {
          const network = networks.get(id);
          if (network !== undefined && isOnMachine(network))
            expect(network.subnet).toBe(`${address.replace(/\.\d+$/, "")}.0/24`);
          else expect(address).toMatch(new RegExp(`^[^.]+[.]${network?.namespace}[.]svc[.]cluster[.]local$`));
        }
      }),
    );
  });

  test("a further service changes nothing of another one but who may be reached under its name", () => {
    fc.assert(
      fc.property(randomSite, (site) => {
        const [newcomer, ...others] = [...site.services].sort((a, b) => (digest(a) < digest(b) ? -1 : 1));
        if (newcomer === undefined) return;
        const names = new Set(reaching(newcomer.name, others));
        const before = { ...site, services: others };
        const held = slotsOf(before);
        const slots = assignSlots(
          site.services.map(({ name }) => name),
          held,
          [],
        );
        const old = new Map(compile(before, held).map((resource) => [resource.id, resource]));
        const now = new Map(compile(site, slots).map((resource) => [resource.id, resource]));
        for (const [id, resource] of old) {
          if (resource.service === "front" || names.has(resource.service)) continue;
          expect(now.get(id)).toEqual(resource);
        }
      }),
    );
  });

  test("nobody who did not say so may reach anything", () => {
    fc.assert(
      fc.property(randomSite, (site) => {
        const said = new Map(site.services.map(({ name, reach }) => [name, reach.length]));
        for (const resource of compiled(site))
          if (resource.kind === "link") expect(said.get(resource.service)).toBeGreaterThan(0);
      }),
    );
  });

  test("what comes out cannot be changed by accident", () => {
    fc.assert(
      fc.property(randomSite, (site) => {
        const frozen = (value: unknown): boolean =>
          typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
        expect(compiled(site).every(frozen)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});

describe("compile", () => {
  test("of a site without services still has a front door", () => {
    expect(ids(compiled(sampleSite([])))).toEqual([
      "certificate/front/wildcard.example.org",
      "container/front/haproxy",
      "file/front/haproxy",
      "image/front/haproxy",
    ]);
  });

  test("needs a slot for what runs here, and blames nobody else for a missing one", () => {
    expect(() => compile(sampleSite([sampleService("constructor")]), {})).toThrowError(
      expect.objectContaining({ problem: expect.objectContaining({ code: "SLOT_MISSING", kind: "bug" }) }),
    );
  });

  test("takes time in proportion to the site", () => {
    const time = (count: number): number => {
      const services = Array.from({ length: count }, (_, index) =>
        sampleService(`s${index}`, { expose: [sampleExposure(`s${index}.example.org`, `s${index}`)] }),
      );
      const slots = Object.fromEntries(services.map(({ name }, index) => [name, 1 + (index % 4095)]));
      const runs = Array.from({ length: 3 }, () => {
        const start = performance.now();
        compile(sampleSite(services), slots);
        return performance.now() - start;
      });
      return Math.min(...runs);
    };
    time(400); // the first runs compile the program
    // eight times the services: about 8 when linear, 64 when quadratic, and this machine may be busy
    expect(time(3_200) / time(400)).toBeLessThan(32);
  });
});

/** Which services would see a new one: those that reach it. */
function reaching(name: string, services: readonly Service[]): readonly string[] {
  return services
    .filter(({ reach }) => reach.some((one) => one.to === "service" && one.service === name))
    .map((service) => service.name);
}
