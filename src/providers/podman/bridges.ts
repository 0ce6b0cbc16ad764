import { readFile } from "node:fs/promises";
import type { Clock } from "../../lib/clock.ts";
import { startTime } from "../../lib/proc.ts";
import type { FoundContainer } from "./container-list.ts";
import { bridgeName, bridgePrefix } from "./nftables.ts";

/** Milliseconds from one look to the next, and how many looks it may take until one that went is made anew. */
const rhythm = 1000;
const looks = 15;

/**
 * Tells whenever one of a site's bridges came or went. A look is one read of a file of the kernel's. Of one that went it tells at each look until it
 * is back, for a while: it may have been made anew and gone again between the two.
 */
export async function watchBridges(site: string, clock: Clock, tell: () => void, signal: AbortSignal): Promise<void> {
  let seen = await bridgesOf(site);
  let lost: readonly { readonly name: string; readonly left: number }[] = [];
  while (!signal.aborted) {
    await clock.sleep(rhythm, signal).catch(() => {}); // ended by the signal, as the loop sees
    const now = await bridgesOf(site);
    if ((lost.length > 0 || now.join() !== seen.join()) && !signal.aborted) tell();
    lost = [
      ...lost.map(({ name, left }) => ({ name, left: left - 1 })),
      ...seen.map((name) => ({ name, left: looks })),
    ].filter(({ name, left }) => left > 0 && !now.includes(name));
    seen = now;
  }
}

/**
 * The services whose bridge somebody took away while containers of theirs run: those are cut off, and only another network helps.
 * Podman takes a bridge away itself, but not before the last process on it has ended.
 */
export async function withoutBridge(
  site: string,
  slots: ReadonlyMap<string, number>,
  containers: readonly FoundContainer[],
): Promise<ReadonlySet<string>> {
  const bridges = new Set(await bridgesOf(site));
  const lost = new Set<string>();
  for (const { container, run } of containers) {
    const slot = slots.get(container.service);
    if (slot === undefined || run.state !== "running" || container.network.mode !== "service") continue;
    if (bridges.has(bridgeName(site, slot))) continue;
    const runs = (await startTime(run.pid)) !== undefined;
    if (runs && !(await bridgesOf(site)).includes(bridgeName(site, slot))) lost.add(container.service);
  }
  return lost;
}

/** The names of a site's bridges in this network namespace, see proc_pid_net(5). */
async function bridgesOf(site: string): Promise<readonly string[]> {
  const prefix = bridgePrefix(site);
  return bridgesIn(await readFile("/proc/net/dev", "utf8")).filter((name) => name.startsWith(prefix));
}

/** The names of interfaces in the text of /proc/net/dev, sorted. */
export function bridgesIn(text: string): readonly string[] {
  return text
    .split("\n")
    .flatMap((line) => /^\s*(\S+):/.exec(line)?.[1] ?? [])
    .sort();
}
