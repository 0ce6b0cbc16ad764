import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { checkout } from "../../test/world/machine.ts";
import { createHome, type TestSite } from "../../test/world/site.ts";
import { eventually } from "../../test/world/wait.ts";
import { processesBeside } from "../beside.ts";
import { addPages } from "../pages.ts";
import { type FoundRow, megabytes } from "../row.ts";
import { amountText } from "../table.ts";

/** Milliseconds that everything may settle after Podman's own service has gone: passes, old configurations, garbage. */
const settling = 15_000;

/** All services that freehold has files for. Those that the example does not have are added, as a person would. */
const services = ["blog", "calendar", "chat", "git", "mail", "tasks"];

const bound = { at: "most", amount: megabytes(100 * 1024 ** 2) } as const;

/**
 * Memory of everything that is not the person's own services, with all six of them, when there is nothing to do and the start page was
 * visited: after `up`, and after a power cut, when the supervisor has opened the secrets and started everything.
 */
export async function memoryRows(): Promise<readonly FoundRow[]> {
  const home = await createHome();
  try {
    for (const name of services)
      if (!existsSync(join(home.machine.site, "services", `${name}.yaml`))) await home.must(["add", name]);
    await home.mustUp();
    const atWork = `while Podman's service runs: ${amountText(megabytes(total(await useOf(home))))}`;
    const afterUp = await settledRow(home, "memory of all but six services");
    await home.machine.cutPower();
    await home.machine.boot();
    await superviseAtBoot(home);
    const afterBoot = await settledRow(home, "the same after a power cut");
    return [{ ...afterUp, notes: [...(afterUp.notes ?? []), atWork] }, afterBoot];
  } finally {
    await home.machine.end();
  }
}

/** What systemd does at boot; see src/cli/systemd.ts. */
async function superviseAtBoot({ machine }: TestSite): Promise<void> {
  const program = join(checkout, "bin/freehold");
  await machine.exec([program, "supervise", "--warm"]);
  const words = `setsid -f "$0" supervise --site-name home </dev/null >/dev/null 2>&1`;
  await machine.exec(["sh", "-c", words, program]);
}

async function settledRow(home: TestSite, figure: string): Promise<FoundRow> {
  // whoever supervises serves the start page as well: with its pages loaded
  await eventually("all services to be healthy", () => healthy(home), 180_000);
  await eventually("the start page", async () => ((await visit(home)) ? true : undefined));
  await eventually("Podman's service to end", () => restful(home), 60_000);
  await delay(settling);
  await eventually("Podman's service to end", () => restful(home), 60_000);
  const uses = await useOf(home);
  const parts = [...uses].map(([name, bytes]) => `${name} ${amountText(megabytes(bytes))}`);
  return { figure, measured: megabytes(total(uses)), bound, notes: [parts.join(", ")] };
}

async function healthy(home: TestSite): Promise<true | undefined> {
  const found = (await home.status()).services;
  return services.every((name) => found.some((one) => one.name === name && one.state === "healthy")) || undefined;
}

async function visit(home: TestSite): Promise<boolean> {
  return (await home.curl(["-f", "-o", "/dev/null", "https://start.home.localhost:8443/"])).code === 0;
}

async function restful(home: TestSite): Promise<true | undefined> {
  return (await processesBeside(home)).some(({ name }) => name === "podman") ? undefined : true;
}

/** Bytes by program, every page once. Pages that others on this machine share are counted in full, as if nobody else had them. */
async function useOf(home: TestSite): Promise<Map<string, number>> {
  const frames = new Set<bigint>();
  const uses = new Map<string, number>();
  for (const { pid, name } of await processesBeside(home))
    uses.set(name, (uses.get(name) ?? 0) + (await addPages(pid, frames)));
  return uses;
}

function total(uses: ReadonlyMap<string, number>): number {
  return [...uses.values()].reduce((sum, bytes) => sum + bytes, 0);
}
