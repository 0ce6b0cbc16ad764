import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { translated } from "../../../../test/kubernetes/translated.ts";
import { compile } from "../../../features/compile.ts";
import { randomSite } from "../../../features/random-site.ts";
import type { KubeObject } from "../client/object.ts";
import { managerOf } from "./manager-of.ts";
import { labels, marksOf } from "./marks.ts";
import { ofLabel } from "./names.ts";
import { namesOf } from "./names-of.ts";
import { objectsOf } from "./objects-of.ts";
import { resourceOf } from "./resource-of.ts";

const onCluster = randomSite.map((site) => ({
  ...site,
  engine: { kubernetes: { context: "home", door: "balancer" } } as const,
}));

const named = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;

describe("whatever the site", () => {
  test("every object has a legal name and the site's marks, is among those told of, and gives its resource back", async () => {
    await fc.assert(
      fc.asyncProperty(onCluster, async (site) => {
        for (const { resource, objects } of await translated(site.name, compile(site, {}), async () => [])) {
          const names = namesOf(site.name, resource);
          for (const object of objects) {
            const { metadata } = object;
            expect(metadata.name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
            for (const text of Object.values(metadata.labels ?? {})) expect(text).toMatch(/^[A-Za-z0-9._-]{0,63}$/);
            expect(metadata.labels?.[labels.site]).toBe(site.name);
            const found = names.find((one) => `${one.kind.kind} ${one.namespace ?? ""}/${one.name}` === named(object));
            expect(found).toBeDefined();
            expect(metadata.labels?.[labels.of]).toBe(found?.shared === true ? undefined : ofLabel(resource.id));
          }
          const [main, ...others] = objects;
          expect(main && resourceOf(main, others)).toEqual(resource);
        }
      }),
      { numRuns: 25 },
    );
  });

  test("no two resources have an object of the same name, unless they share it", async () => {
    await fc.assert(
      fc.asyncProperty(onCluster, async (site) => {
        const owners = new Map<string, string>();
        for (const { resource, objects } of await translated(site.name, compile(site, {}), async () => [])) {
          const names = namesOf(site.name, resource);
          for (const object of objects) {
            const isShared = names.some((one) => one.shared === true && one.name === object.metadata.name);
            const owner = isShared ? "shared" : resource.id;
            expect(owners.get(named(object)) ?? owner).toBe(owner);
            owners.set(named(object), owner);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test("those who share an object agree on all of it but what each adds, so that none takes the other's away", async () => {
    await fc.assert(
      fc.asyncProperty(onCluster, async (site) => {
        const shared = new Map<string, KubeObject>();
        for (const { resource, objects } of await translated(site.name, compile(site, {}), async () => [])) {
          for (const object of objects.filter(({ metadata }) => metadata.labels?.[labels.of] === undefined)) {
            const { data: _own, ...common } = object;
            expect(shared.get(named(object)) ?? common).toEqual(common);
            shared.set(named(object), common);
            expect(managerOf(resource, { shared: true })).not.toBe("freehold");
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});

test("what would not fit an annotation is refused, with what to do", () => {
  const image = {
    kind: "image",
    id: "image/blog/blog",
    service: "blog",
    needs: [],
    reference: `x:${"y".repeat(300_000)}`,
    source: { from: "registry" },
  } as const;
  const facts = { reference: "x", labels: {}, user: "" };
  expect(() => objectsOf(image, { site: "home", facts: () => facts, image: facts })).toThrow(
    "expected at most 240000 bytes to describe image/blog/blog",
  );
});

test("marks tell a person which file to edit", () => {
  const network = { kind: "network", needs: [], resolves: true, namespace: "home-blog" } as const;
  const of = (service: string) => marksOf("home", { ...network, id: `network/${service}`, service }).annotations;
  expect(of("blog")["freehold.dev/file"]).toBe("services/blog.yaml");
  expect(of("front")["freehold.dev/file"]).toBe("site.yaml");
});
