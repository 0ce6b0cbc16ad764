import type { OpenChange } from "../ledger/open-change.ts";
import type { Service, Site } from "../site/site.ts";
import { digestOf, frontDoor, serviceOf, settingsFrom } from "./held-services.ts";

/** The site that an open change leads to, as far as is known by now: as wanted, but what went wrong as it was before. */
export function targetOf(change: OpenChange): Site {
  const { wanted, before, back } = change;
  const site = back === undefined || before === undefined ? wanted : settingsFrom(before, wanted);
  const names = new Set([...wanted.services.map(({ name }) => name), ...(back === "all" ? namesOf(before) : [])]);
  const services = [...names].sort().flatMap((name) => serviceFor(change, name) ?? []);
  return { ...site, services };
}

function serviceFor(change: OpenChange, name: string): Service | undefined {
  const { wanted, before, back } = change;
  const now = serviceOf(wanted, name);
  const isBack = back === "all" || change.services[name]?.undo !== undefined;
  if (!isBack || before === undefined) return wanted.services.find((each) => each.name === name);
  const old = serviceOf(before, name);
  if (back === "all") return old;
  return canGoBack(change, name) ? old : now;
}

/** Whether there is another version of a service to go back to, or another state of it, one that worked. */
export function canGoBack({ wanted, before, never, services }: OpenChange, name: string): boolean {
  if (before === undefined || never.includes(name) || name === frontDoor) return false;
  const now = digestOf(wanted, name);
  const old = digestOf(before, name);
  if (now === undefined || old === undefined) return false;
  return now !== old || services[name]?.restore !== undefined;
}

/** Whether the settings that belong to no service were others before. */
export function settingsDiffer({ wanted, before }: OpenChange): boolean {
  return before !== undefined && digestOf(wanted, frontDoor) !== digestOf(before, frontDoor);
}

function namesOf(site: Site | undefined): readonly string[] {
  return site?.services.map(({ name }) => name) ?? [];
}
