import { expect, test } from "vitest";
import { compile } from "../features/compile.ts";
import { sampleService, sampleSite } from "../features/sample-site.ts";
import type { Observed } from "../resource/observed.ts";
import { status } from "./status.ts";

const object = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
const written = sampleService("written", { parts: [], manifests: [object("a"), object("b")] });
const site = { ...sampleSite([written]), engine: { kubernetes: { context: "home", door: "balancer" as const } } };
const all = compile(site, {}).map((resource): Observed => ({ resource }));

function statusOf(resources: readonly Observed[]) {
  return status(site, { resources, slots: {}, foreignSlots: [] }, new Map(), 0).services[0];
}

test("a service of nothing but written objects is healthy when all of them are there", () => {
  expect(statusOf(all)?.state).toBe("healthy");
});

test("an object that is gone is named", () => {
  const gone = all.map((one): Observed => (one.resource.id.endsWith("/b") ? { ...one, amiss: "missing" } : one));
  for (const resources of [gone, all.filter(({ resource }) => !resource.id.endsWith("/b"))]) {
    expect(statusOf(resources)).toMatchObject({
      state: "unhealthy",
      parts: [
        { name: "ConfigMap a", state: "healthy" },
        { name: "ConfigMap b", state: "stopped", detail: "missing" },
      ],
    });
  }
});
