import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleExposure, samplePart, sampleService, sampleSite } from "../../features/sample-site.ts";
import { fakeClock } from "../../lib/fake-clock.ts";
import { fail } from "../../lib/problem.ts";
import { type SiteLayout, siteLayout } from "../../providers/layout.ts";
import { memoryRuntime } from "../../providers/memory/provider.ts";
import { type MemoryWorld, memoryWorld } from "../../providers/memory/world.ts";
import type { Runtime } from "../../providers/provider.ts";
import { makeChange } from "../change.ts";
import { prepare } from "../prepare.ts";
import type { ChangeEvent } from "./making.ts";

const engine = { kubernetes: { context: "home", door: "balancer" } } as const;

describe("a new version on a cluster, of a service that only the front door knows", () => {
  let directory: string;
  let layout: SiteLayout;
  let clock: ReturnType<typeof fakeClock>;
  let world: MemoryWorld;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "freehold-cluster-first-"));
    layout = siteLayout({ root: join(directory, "root"), run: join(directory, "run") }, "home");
    clock = fakeClock();
    world = memoryWorld({ clock, behaviour: ({ env }) => (env.VERSION === "dies" ? { endsAfter: 1500 } : {}) });
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** The cluster's own words when it admits no pods of a version: it says so after a while. */
  function refusing(inner: Runtime): Runtime {
    return {
      ...inner,
      apply: async (site, step, context) => {
        const { resource } = step;
        if (resource.kind !== "container" || resource.env.VERSION !== "refused")
          return inner.apply(site, step, context);
        await clock.sleep(10_000);
        fail("POD_REFUSED", "expected blog to run, got: the cluster refuses its pods");
      },
    };
  }

  async function change(version: string): Promise<readonly ChangeEvent[]> {
    const events: ChangeEvent[] = [];
    const health = { check: { by: "running" }, every: 1000, timeout: 1000, within: 5000 } as const;
    const parts = [samplePart("blog", { health, env: { VERSION: version } })];
    const blog = sampleService("blog", { parts, expose: [sampleExposure("blog.example.org", "blog")] });
    const site = sampleSite([blog], { engine });
    const runtime = refusing(memoryRuntime(world));
    const prepared = await prepare(site, runtime);
    const signal = new AbortController().signal;
    const progress = (event: ChangeEvent) => void events.push(event);
    await makeChange({ layout, runtime, clock, signal, progress, site, prepared, way: "up" });
    return events.filter(({ at }) => at === "undone");
  }

  test("was never away when the cluster refuses the new one: the old one went on all the time", async () => {
    await change("1");
    const [undone] = await change("refused");
    expect(undone).toMatchObject({ service: "blog", touched: false, problem: { code: "POD_REFUSED" } });
    expect(undone).not.toHaveProperty("away");
  });

  test("was away when the new one died after it had taken over", async () => {
    await change("1");
    const [undone] = await change("dies");
    expect(undone).toMatchObject({ service: "blog", touched: true, away: expect.any(Number) });
  });
});
