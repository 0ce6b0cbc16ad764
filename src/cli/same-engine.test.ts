import { expect, test } from "vitest";
import { sampleSite } from "../features/sample-site.ts";
import { needSameEngine } from "./same-engine.ts";

const cluster = { kubernetes: { context: "home", door: "balancer" } } as const;

test("a site that runs on one machine is not brought up on a cluster beside it", () => {
  const applied = { site: sampleSite([]), desired: [], stopped: false };
  const moved = { ...sampleSite([]), engine: cluster };
  expect(() => needSameEngine(applied, moved)).toThrow("expected engine: podman, where home runs, got kubernetes");
  expect(() => needSameEngine(applied, sampleSite([]))).not.toThrow();
});

test("a site that is stopped, or never ran, may run anywhere, and one on a cluster may take another door", () => {
  const moved = { ...sampleSite([]), engine: cluster };
  expect(() => needSameEngine({ site: sampleSite([]), desired: [], stopped: true }, moved)).not.toThrow();
  expect(() => needSameEngine(undefined, moved)).not.toThrow();
  const other = { ...moved, engine: { kubernetes: { ...cluster.kubernetes, door: "host-ports" } } } as const;
  expect(() => needSameEngine({ site: moved, desired: [], stopped: false }, other)).not.toThrow();
});
