import { runningContainers } from "../test/world/containers.ts";
import { descendants } from "../test/world/descendants.ts";
import type { TestSite } from "../test/world/site.ts";

/** The processes of each container of a service, by the container's name; the front door's are not among them. */
export async function servicePids({ machine }: TestSite): Promise<ReadonlyMap<string, readonly number[]>> {
  const services = [...(await runningContainers(machine)).values()].filter(({ name }) => !name.includes(".front."));
  const found = services.map(async ({ name, pid }) => [name, [pid, ...(await descendants(pid))]] as const);
  return new Map((await Promise.all(found)).toSorted(([a], [b]) => a.localeCompare(b)));
}
