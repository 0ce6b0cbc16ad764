import type { HeldBackServices } from "../../ledger/held.ts";
import type { Making } from "./making.ts";

/**
 * What is held back, without those that had nothing to go back to and have become healthy by themselves since: from now on there
 * is something.
 */
export async function withoutRecovered(making: Making, heldBack: HeldBackServices): Promise<HeldBackServices> {
  const { runtime, site, endings } = making;
  const doubtful = Object.keys(heldBack).filter((name) => heldBack[name]?.runs === "new" && !endings.has(name));
  if (doubtful.length === 0) return heldBack;
  const { resources } = await runtime.observe(site);
  const isWell = async (name: string): Promise<boolean> => {
    const containers = resources.flatMap(({ resource }) =>
      resource.kind === "container" && resource.service === name ? [resource] : [],
    );
    const answers = await Promise.all(containers.map((container) => runtime.check(site, container)));
    return answers.length > 0 && answers.every(({ healthy }) => healthy);
  };
  const well = await Promise.all(doubtful.map(async (name) => ((await isWell(name)) ? name : undefined)));
  return Object.fromEntries(Object.entries(heldBack).filter(([name]) => !well.includes(name)));
}
