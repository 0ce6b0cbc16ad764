import { describe, expect, test } from "vitest";
import { compile } from "../features/compile.ts";
import { samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import { memoryWorld, thingsOf } from "../providers/memory/world.ts";
import { isOnMachine } from "../resource/kinds/network.ts";
import { withHeld } from "./desired.ts";
import { prepare } from "./prepare.ts";

describe("a site with broken files", () => {
  const applied = {
    site: sampleSite([sampleService("blog", { title: "old" }), sampleService("git")]),
    desired: [],
    stopped: false,
  };
  const loaded = { site: sampleSite([sampleService("wiki")]), broken: ["blog", "new"] };
  const names = (site: { readonly services: readonly { readonly name: string }[] }) =>
    site.services.map(({ name }) => name);

  test("keeps a broken service as it was last applied, in its place among the others", () => {
    const site = withHeld(loaded, applied);
    expect(names(site)).toEqual(["blog", "wiki"]);
    expect(site.services[0]?.title).toBe("old");
  });

  test("drops one that is simply no longer there, and has nothing to keep of one that is new", () => {
    expect(names(withHeld({ ...loaded, broken: ["new"] }, applied))).toEqual(["wiki"]);
  });

  test("brings nothing broken back after the site was taken down, or before it ever ran", () => {
    expect(names(withHeld(loaded, { ...applied, stopped: true }))).toEqual(["wiki"]);
    expect(names(withHeld(loaded, undefined))).toEqual(["wiki"]);
  });

  test("keeps its secrets as they were sealed then, through a secrets.yaml that is broken or has other ones", () => {
    const secrets = [{ secret: "blog-token", as: "variable", variable: "TOKEN" } as const];
    const blog = sampleService("blog", { parts: [samplePart("blog", { secrets })] });
    const sealed = (text: string) => ({ values: { "blog-token": text, other: "ENC" }, keys: [] });
    const slots = { blog: 1, wiki: 2 };
    const ran = sampleSite([blog], { secrets: sealed("ENC[1]") });
    const held = (now: typeof ran, was = ran) =>
      withHeld({ site: now, broken: ["blog"] }, { site: was, desired: [], stopped: false });
    for (const now of [sampleSite([]), sampleSite([], { secrets: sealed("ENC[2]") })]) {
      expect(compile(held(now), slots)).toEqual(compile(ran, slots));
      expect(compile(held(now, held(now)), slots)).toEqual(compile(ran, slots));
    }
    expect(held(sampleSite([])).services[0]?.sealed?.values).toEqual({ "blog-token": "ENC[1]" });
  });
});

describe("preparing", () => {
  test("gives no service a place that another site of the machine holds", async () => {
    const world = memoryWorld();
    const runtime = memoryRuntime(world);
    const site = sampleSite([sampleService("blog")]);
    const slotOf = async (): Promise<number | undefined> => {
      const network = (await prepare(site, runtime)).desired.find(({ kind }) => kind === "network");
      return network?.kind === "network" && isOnMachine(network) ? network.slot : undefined;
    };
    const slot = (await slotOf()) ?? 0;
    const resource = {
      kind: "volume",
      id: "volume/x/x/x",
      service: "x",
      needs: [],
      part: "x",
      name: "x",
      slot,
    } as const;
    thingsOf(world, "other").set(resource.id, { resource, data: new Map(), log: [] });
    expect(await slotOf()).toBeGreaterThan(0);
    expect(await slotOf()).not.toBe(slot);
  });

  test("to stop wants nothing", async () => {
    const world = memoryWorld();
    const runtime = memoryRuntime(world);
    const site = sampleSite([sampleService("blog")]);
    const { desired } = await prepare(site, runtime);
    for (const resource of desired) {
      const run = { state: "running", pid: 1, startedAt: 0, exitCode: 0, containerId: "c" } as const;
      const running = resource.kind === "container" ? { run } : {};
      thingsOf(world, "home").set(resource.id, { resource, data: new Map(), log: [], ...running });
    }
    const stopped = await prepare(site, runtime, { stopped: true });
    expect(stopped.desired).toEqual([]);
    expect(stopped.plan.steps.some(({ action }) => action === "remove")).toBe(true);
  });
});
