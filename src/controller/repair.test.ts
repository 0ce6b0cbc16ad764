import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { randomSite, resourcesOf } from "../converge/random-site.ts";
import { sampleSite } from "../features/sample-site.ts";
import { writeApplied } from "../ledger/applied.ts";
import { forgetKnownState } from "../ledger/known-state.ts";
import { fakeClock } from "../lib/fake-clock.ts";
import { isEmpty } from "../plan/basis.ts";
import { plan } from "../plan/plan.ts";
import { stepId } from "../plan/step.ts";
import { siteLayout } from "../providers/layout.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import { killContainer, meddle, memoryWorld, type Thing, thingsOf } from "../providers/memory/world.ts";
import type { Resource } from "../resource/resource.ts";
import { pass } from "./pass.ts";

/** One thing that somebody does to one thing of the site; `which` chooses among those that are there. */
type Meddling = { readonly which: number; readonly how: "remove" | "edit" | "kill" | "unload" | "add" };

const meddlings: fc.Arbitrary<readonly Meddling[]> = fc.array(
  fc.record({ which: fc.nat(), how: fc.constantFrom("remove", "edit", "kill", "unload", "add") }),
  { minLength: 1, maxLength: 8 },
);

/** Another description of the same thing, as an edit by hand would leave it. */
function edited(resource: Resource): Resource {
  switch (resource.kind) {
    case "container":
      return { ...resource, env: { ...resource.env, MEDDLED: "yes" } };
    case "network":
      return { ...resource, resolves: !resource.resolves };
    case "file":
      return { ...resource, content: { from: "text", entries: { defaced: "yes" } } };
    case "link":
      return { ...resource, port: 31_337 };
    case "certificate":
      return { ...resource, owner: 31_337 };
    default:
      return resource;
  }
}

function doTo(things: Map<string, Thing>, { which, how }: Meddling, kill: (id: string) => void): void {
  const all = [...things.values()];
  const thing = all[which % Math.max(1, all.length)];
  if (thing === undefined) return;
  const { resource } = thing;
  if (resource.kind === "volume") return; // see keep-from-loss.test.ts
  if (how === "remove") things.delete(resource.id);
  else if (how === "edit") thing.resource = edited(resource);
  else if (how === "kill") kill(resource.id);
  else if (how === "unload") delete thing.loaded;
  else if (resource.kind === "link")
    things.set("link/foreign", { ...thing, resource: { ...resource, id: "link/foreign" } });
}

test("whatever somebody did to a site, one pass puts it right, keeps the state that is there, and then there is nothing to do", {
  timeout: 60_000,
}, async () => {
  const directory = await mkdtemp(join(tmpdir(), "freehold-repair-"));
  const layout = siteLayout({ root: directory, run: join(directory, "run") }, "home");
  const signal = new AbortController().signal;
  try {
    await fc.assert(
      fc.asyncProperty(randomSite, meddlings, async (site, done) => {
        const world = memoryWorld({ clock: fakeClock() });
        const runtime = memoryRuntime(world);
        const desired = resourcesOf(site);
        await forgetKnownState(layout.ledger);
        await writeApplied(layout.ledger, { site: sampleSite([]), desired, stopped: false });
        const repair = () =>
          pass({
            site: "home",
            ...{ ...layout, runtime, signal, clock: world.clock, amiss: new Map() },
            log: { info: () => {}, warn: () => {} },
            isHeld: () => false,
            onObserved: () => {},
            onSecondLook: () => {},
            onLost: () => {},
            over: async () => new Set(),
          });
        await repair();
        const left = async () =>
          plan("home", desired, await runtime.observe("home")).steps.filter(({ action }) => action !== "keep");
        expect((await left()).map(stepId)).toEqual([]);
        for (const each of done)
          meddle(world, "home", "container", (things) => doTo(things, each, (id) => killContainer(world, "home", id)));
        const volumes = () =>
          [...thingsOf(world, "home").values()].filter(({ resource }) => resource.kind === "volume");
        const before = volumes();
        const result = await repair();
        expect((await left()).map(stepId)).toEqual([]);
        expect(volumes()).toEqual(expect.arrayContaining(before));
        expect(result).toMatchObject({ came: "done", isUnsettled: false });
        const effects = world.effects;
        await repair();
        expect(world.effects).toBe(effects);
        expect(isEmpty(plan("home", desired, await runtime.observe("home")))).toBe(true);
      }),
      { numRuns: 150 },
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});
