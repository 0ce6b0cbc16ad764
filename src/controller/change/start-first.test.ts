import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleExposure, samplePart, sampleService, sampleSite } from "../../features/sample-site.ts";
import { readApplied } from "../../ledger/applied.ts";
import { readHeldBack } from "../../ledger/held.ts";
import { readOpenChange } from "../../ledger/open-change.ts";
import { fakeClock } from "../../lib/fake-clock.ts";
import { isEmpty } from "../../plan/basis.ts";
import { type SiteLayout, siteLayout } from "../../providers/layout.ts";
import { memoryRuntime } from "../../providers/memory/provider.ts";
import { killContainer, type MemoryWorld, memoryWorld, thingsOf } from "../../providers/memory/world.ts";
import { ledTo } from "../../resource/turns.ts";
import type { Service } from "../../site/site.ts";
import { type Change, type ChangeEvent, completeChange, makeChange } from "../change.ts";
import { withHeldBack } from "../held-services.ts";
import { prepare } from "../prepare.ts";

const health = { check: { by: "tcp", port: 8080 }, every: 1000, timeout: 1000, within: 5000 } as const;

/** A service that only the front door knows. Bad versions never answer; those that `die` end under their first visitors. */
function web(name: string, version: string): Service {
  return sampleService(name, {
    parts: [samplePart(name, { health, env: { VERSION: version } })],
    expose: [sampleExposure(`${name}.example.org`, name)],
  });
}

describe("a new version of a service that only the front door knows", () => {
  let directory: string;
  let layout: SiteLayout;
  let clock: ReturnType<typeof fakeClock>;
  let world: MemoryWorld;
  let events: ChangeEvent[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "freehold-start-first-"));
    layout = siteLayout({ root: join(directory, "root"), run: join(directory, "run") }, "home");
    clock = fakeClock();
    events = [];
    world = memoryWorld({
      clock,
      behaviour: ({ env: { VERSION = "" } }) => {
        if (VERSION.startsWith("bad")) return { answersAfter: 1e9 };
        return VERSION.startsWith("dies") ? { endsAfter: 1500, exitCode: 7 } : {};
      },
    });
  });
  afterEach(() => rm(directory, { recursive: true }));

  const tools = () => ({
    layout,
    runtime: memoryRuntime(world),
    clock,
    signal: new AbortController().signal,
    progress: (event: ChangeEvent) => void events.push(event),
  });
  const change = async (...services: readonly Service[]): Promise<Change> => {
    const site = sampleSite(services);
    const held = withHeldBack(site, await readHeldBack(layout.ledger), await readApplied(layout.ledger), undefined);
    const prepared = await prepare(held.site, memoryRuntime(world));
    return makeChange({ ...tools(), site, prepared, way: "up" });
  };
  const results = ({ entry }: Change) =>
    Object.fromEntries(Object.entries(entry?.services ?? {}).map(([name, { result }]) => [name, result]));
  const containers = () =>
    [...thingsOf(world, "home").values()].flatMap(({ resource, run }) =>
      resource.kind === "container" && resource.service !== "front"
        ? [[resource.id, resource.env.VERSION, run?.state]]
        : [],
    );
  const led = async () => [...ledTo(await memoryRuntime(world).observe("home"))];
  const undone = () => events.flatMap((event) => (event.at === "undone" ? [event] : []));
  const isSettled = async () => {
    const applied = await readApplied(layout.ledger);
    if (applied === undefined || (await readOpenChange(layout.ledger)) !== undefined) return false;
    return isEmpty((await prepare(applied.site, memoryRuntime(world))).plan);
  };

  test("is done when the old one has gone, and what is applied says where it is", async () => {
    await change(web("blog", "1"));
    expect(results(await change(web("blog", "2")))).toMatchObject({ blog: "done" });
    expect(containers()).toEqual([["container/blog/blog/b", "2", "running"]]);
    expect((await readApplied(layout.ledger))?.desired.map(({ id }) => id)).toContain("container/blog/blog/b");
    expect(await isSettled()).toBe(true);
  });

  test("that never answers was never away: the old one runs on untouched, others change, and it is kept for looking at", async () => {
    await change(web("blog", "1"), web("shop", "1"));
    const before = thingsOf(world, "home").get("container/blog/blog")?.run;
    const made = await change(web("blog", "bad"), web("shop", "2"));
    expect(results(made)).toMatchObject({ blog: "kept-back", shop: "done" });
    expect(undone()).toMatchObject([{ service: "blog", touched: false }]);
    expect(undone()[0]?.away).toBeUndefined();
    expect(thingsOf(world, "home").get("container/blog/blog")?.run).toEqual(before);
    expect(containers().sort()).toEqual([
      ["container/blog/blog", "1", "running"],
      ["container/shop/shop/b", "2", "running"],
    ]);
    expect(await led()).toEqual(["container/blog/blog", "container/shop/shop/b"]);
    expect((await memoryRuntime(world).failed("home")).map(({ id }) => id)).toEqual(["container/blog/blog/b"]);
    expect(await isSettled()).toBe(true);
  });

  test("that dies under its first visitors gives way to the old one, at once and before anything else", async () => {
    await change(web("blog", "1"));
    const before = thingsOf(world, "home").get("container/blog/blog")?.run;
    const effects: string[] = [];
    world.onEffect = (_count, what) => void effects.push(what);
    expect(results(await change(web("blog", "dies")))).toMatchObject({ blog: "undone" });
    expect(thingsOf(world, "home").get("container/blog/blog")?.run).toEqual(before);
    expect(effects.slice(4)).toEqual([
      "keep container/blog/blog/b",
      "update file/front/haproxy",
      "reload container/front/haproxy",
    ]);
    expect(undone()[0]?.away).toBeLessThan(100);
    expect(await led()).toEqual(["container/blog/blog"]);
    expect(await isSettled()).toBe(true);
  });

  test("that follows a bad one is tried again, and works", async () => {
    await change(web("blog", "1"));
    await change(web("blog", "bad"));
    expect(results(await change(web("blog", "2")))).toMatchObject({ blog: "done" });
    expect(containers()).toEqual([["container/blog/blog/b", "2", "running"]]);
  });

  test("that dies later is started again in its place", async () => {
    await change(web("blog", "1"));
    await change(web("blog", "2"));
    killContainer(world, "home", "container/blog/blog/b");
    expect(results(await change(web("blog", "2")))).toMatchObject({ blog: "done" });
    expect(containers()).toEqual([["container/blog/blog/b", "2", "running"]]);
  });

  test.each(["2", "bad", "dies"])(
    "is completed or undone by the next one wherever it is killed: version %s",
    async (version) => {
      for (let kill = 1; kill <= 9; kill += 1) {
        await rm(directory, { recursive: true });
        world = memoryWorld({ clock, behaviour: world.behaviour });
        await change(web("blog", "1"), web("shop", "1"));
        const from = world.effects;
        const killed = new AbortController(); // who is killed writes nothing down any more
        world.onEffect = (count) => {
          if (count - from < kill) return;
          killed.abort();
          throw new Error("killed");
        };
        const site = sampleSite([web("blog", version), web("shop", "2")]);
        const prepared = await prepare(site, memoryRuntime(world));
        await makeChange({ ...tools(), signal: killed.signal, site, prepared, way: "up" });
        world.onEffect = () => {};
        await completeChange(tools());
        const good = version === "2" ? "2" : "1";
        expect([kill, containers().map(([, env, state]) => `${env} ${state}`)]).toEqual([
          kill,
          version === "2" ? ["2 running", "2 running"] : expect.arrayContaining([`${good} running`, "2 running"]),
        ]);
        expect([kill, containers().length, await isSettled()]).toEqual([kill, 2, true]);
        expect([kill, (await led()).sort()]).toEqual([
          kill,
          containers()
            .map(([id]) => id)
            .sort(),
        ]);
      }
    },
  );
});
