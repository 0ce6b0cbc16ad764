import { setTimeout as delay } from "node:timers/promises";
import { createHome, type TestSite } from "../../test/world/site.ts";
import { eventually } from "../../test/world/wait.ts";
import { processesBeside } from "../beside.ts";
import { addPages } from "../pages.ts";
import { megabytes, type Row } from "../row.ts";
import { amountText } from "../table.ts";

/** Milliseconds that everything may settle after Podman's own service has gone: passes, old configurations, garbage. */
const settling = 15_000;

/** Memory of everything that is not the person's own services, with the example site, when there is nothing to do and the start page was visited. */
export async function memoryRows(): Promise<readonly Row[]> {
  const home = await createHome();
  try {
    await home.mustUp();
    const atWork = await useOf(home);
    // whoever supervises serves the start page as well: with its pages loaded
    await eventually("the start page", async () => ((await visit(home)) ? true : undefined));
    await eventually("Podman's service to end", () => restful(home), 60_000);
    await delay(settling);
    await eventually("Podman's service to end", () => restful(home), 60_000);
    const uses = await useOf(home);
    const parts = [...uses].map(([name, bytes]) => `${name} ${amountText(megabytes(bytes))}`);
    return [
      {
        figure: "memory of all but the services",
        measured: megabytes(total(uses)),
        bound: { at: "most", amount: megabytes(100 * 1024 ** 2) },
        notes: [parts.join(", "), `while Podman's service runs: ${amountText(megabytes(total(atWork)))}`],
      },
    ];
  } finally {
    await home.machine.end();
  }
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
