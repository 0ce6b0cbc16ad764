import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical } from "../resource/digest.ts";
import type { Resource } from "../resource/resource.ts";
import { placeKey } from "../resource/turns.ts";
import type { Service } from "../site/site.ts";
import { assignSlots } from "./addresses.ts";
import { compile } from "./compile.ts";
import { randomSite } from "./random-site.ts";
import { sampleExposure, samplePart, sampleService, sampleSite } from "./sample-site.ts";
import { startFirst } from "./start-first.ts";

const exposed = { expose: [sampleExposure("blog.example.org", "blog")] };
const blog = sampleService("blog", exposed);
const state = [{ name: "data", path: "/data" }];
const smtp = { name: "smtp", port: 25, published: 25, protocol: "tcp", clientAddress: "none" } as const;

describe("a new one starts first", () => {
  const cases: readonly [string, Service, boolean][] = [
    ["of a service that keeps nothing and that only the front door knows", blog, true],
    ["also of several replicas", { ...blog, replicas: 3 }, true],
    ["not of one that keeps state", { ...blog, parts: [samplePart("blog", { state })] }, false],
    ["not of one with other ports", { ...blog, parts: [samplePart("blog", { ports: [smtp] })] }, false],
    ["not of one whose parts know each other", { ...blog, parts: [samplePart("blog"), samplePart("cache")] }, false],
    ["not of one that is not exposed, and may do its work for itself", sampleService("blog"), false],
    ["not of one that is retired", { ...blog, stage: "retired" }, false],
  ];
  test.each(cases)("%s", (_, service, expected) => {
    expect(startFirst(sampleSite([service])).has("blog")).toBe(expected);
  });

  test("not of one that another service reaches, since that one knows its address", () => {
    const wiki = sampleService("wiki", { reach: [{ to: "service", service: "blog" }] });
    expect(startFirst(sampleSite([blog, wiki])).has("blog")).toBe(false);
    expect(startFirst(sampleSite([blog, { ...wiki, reach: [{ to: "service", service: "git" }] }])).has("blog")).toBe(
      true,
    );
  });
});

describe("turns", () => {
  const slots = { blog: 7 };
  const containers = (turns: Parameters<typeof compile>[2], replicas = 2) =>
    compile(sampleSite([{ ...blog, replicas }]), slots, turns).flatMap((one) =>
      one.kind === "container" && one.service === "blog" ? [one] : [],
    );

  test("give a container another name and another address in the same network, and leave its sibling alone", () => {
    const [first, second] = containers({});
    const [again, other] = containers({ "blog/blog/2": "b" });
    expect(again).toEqual(first);
    expect(other).toMatchObject({ id: "container/blog/blog/2/b", turn: "b", replica: 2 });
    expect(canonical(other?.network)).not.toBe(canonical(second?.network));
    const { turn: _turn, network: _network, hosts: _hosts, id: _id, ...rest } = other ?? {};
    expect(second).toMatchObject(rest);
  });

  test("never meet, however many replicas there are", () => {
    const all = [containers({}, 100), containers(bs(100), 100)].flat();
    expect(new Set(all.map(({ network }) => canonical(network))).size).toBe(200);
  });

  test("of one service change nothing of any other but the ways to it and the front door's file", {
    timeout: 30_000,
  }, () => {
    fc.assert(
      fc.property(randomSite, fc.nat(), (site, nth) => {
        const slots = assignSlots(
          site.services.map(({ name }) => name),
          {},
          [],
        );
        const before = compile(site, slots);
        const places = before.flatMap((one) => (one.kind === "container" && one.service !== "front" ? [one] : []));
        const chosen = places[nth % Math.max(1, places.length)];
        if (chosen === undefined) return;
        const after = compile(site, slots, { [placeKey(chosen)]: "b" });
        const reaches = new Set(
          site.services
            .filter(({ reach }) => reach.some((to) => to.to === "service" && to.service === chosen.service))
            .map(({ name }) => name),
        );
        const isFree = ({ id, service, kind }: Resource): boolean =>
          service === chosen.service || id === "file/front/haproxy" || (reaches.has(service) && kind !== "volume");
        const rest = (all: readonly Resource[]) => all.filter((one) => !isFree(one)).map(canonical);
        expect(rest(after)).toEqual(rest(before));
        const own = (all: readonly Resource[]) =>
          all.filter((one) => one.service === chosen.service && one.kind !== "container").map(canonical);
        expect(own(after)).toEqual(own(before));
      }),
      { numRuns: 150 },
    );
  });

  function bs(count: number) {
    return Object.fromEntries(Array.from({ length: count }, (_, index) => [`blog/blog/${index + 1}`, "b" as const]));
  }
});
