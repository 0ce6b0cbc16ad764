import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assignSlots } from "../features/addresses.ts";
import { compile } from "../features/compile.ts";
import { samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import { type Applied, writeApplied } from "../ledger/applied.ts";
import { type FakeClock, fakeClock } from "../lib/fake-clock.ts";
import { isEmpty } from "../plan/basis.ts";
import { plan } from "../plan/plan.ts";
import { type SiteLayout, siteLayout } from "../providers/layout.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import { type MemoryWorld, memoryWorld, thingsOf } from "../providers/memory/world.ts";
import type { Runtime } from "../providers/provider.ts";
import type { Site } from "../site/site.ts";
import { supervise } from "./supervise.ts";

/** A supervisor over a machine in memory and a clock that nobody waits for; for tests. */
export type Supervision = {
  readonly clock: FakeClock;
  readonly world: MemoryWorld;
  readonly layout: SiteLayout;
  readonly lines: readonly string[];
  /** How often everything was looked at. */
  looks(): number;
  apply(site: Site): Promise<void>;
  /** Does or expects something at a moment; what that throws is thrown by `runUntil`. */
  at(milliseconds: number, action: () => unknown): void;
  /** Supervises until so many milliseconds have passed since the clock was made. */
  runUntil(milliseconds: number, other?: Partial<Runtime>): Promise<void>;
  /** Whether nothing would be left to do. */
  isWhole(): Promise<boolean>;
  end(): Promise<void>;
};

/** A site with services of these names, each with state. */
export function stateful(names: readonly string[], more: Partial<Site> = {}): Site {
  const services = names.map((name) =>
    sampleService(name, { parts: [samplePart(name, { state: [{ name: "data", path: "/data" }] })] }),
  );
  return sampleSite(services, more);
}

/** A machine on which nothing was ever applied. */
export async function sampleSupervision(): Promise<Supervision> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-supervision-"));
  const roots = { root: join(directory, "root"), run: join(directory, "run") };
  const layout = siteLayout(roots, "home");
  const clock = fakeClock();
  const world = memoryWorld({ clock });
  const lines: string[] = [];
  const failures: unknown[] = [];
  let looks = 0;
  let applied: Applied | undefined;
  const runtime = memoryRuntime(world);
  const observe = (site: string) => {
    looks += 1;
    return runtime.observe(site);
  };
  return {
    clock,
    world,
    layout,
    lines,
    looks: () => looks,
    apply: async (site) => {
      const slots = assignSlots(
        site.services.map(({ name }) => name),
        (await runtime.observe("home")).slots,
        [],
      );
      applied = { site, desired: compile(site, slots), stopped: false };
      await writeApplied(layout.ledger, applied);
    },
    at: (milliseconds, action) =>
      clock.at(milliseconds, async () => {
        try {
          await action();
        } catch (thrown) {
          failures.push(thrown);
        }
      }),
    runUntil: async (milliseconds, other = {}) => {
      const stop = new AbortController();
      clock.at(milliseconds, () => stop.abort());
      await supervise({
        authority: async () => undefined,
        roots,
        site: "home",
        runtime: { ...runtime, observe, ...other },
        signal: stop.signal,
        log: { info: (text) => lines.push(text), warn: (text) => lines.push(`warning: ${text}`) },
        clock,
        startTime: async (pid) => {
          const things = [...thingsOf(world, "home").values()];
          return things.some(({ run }) => run?.pid === pid && run.state === "running") ? pid : undefined;
        },
        bootedAt: 0,
      });
      if (failures.length > 0) throw failures[0];
    },
    isWhole: async () => isEmpty(plan("home", applied?.desired ?? [], await runtime.observe("home"))),
    end: () => rm(directory, { recursive: true }),
  };
}
