import { readApplied, writeApplied } from "../../ledger/applied.ts";
import { type HeldBackServices, writeHeldBack } from "../../ledger/held.ts";
import { append, type Entry, type ServiceEntry } from "../../ledger/journal.ts";
import { forgetOpenChange, type OpenService } from "../../ledger/open-change.ts";
import { type Problem, problem, problemOf } from "../../lib/problem.ts";
import { digest } from "../../resource/digest.ts";
import type { Resource } from "../../resource/resource.ts";
import { frontDoor, serviceOf } from "../held-services.ts";
import { targetOf } from "../target.ts";
import type { Ending, Making } from "./making.ts";
import { withoutRecovered } from "./recovered.ts";
import { stillHeld } from "./still-held.ts";

/** How a change ended. */
export type Closed = { readonly entry: Entry; readonly heldBack: HeldBackServices };

/**
 * Ends a change: what is kept from now on, what is held back and the journal are stored, in this order; then it is forgotten. It
 * stays open as long as the state of a service could not be put back, for whoever comes next to try again.
 */
export async function close(making: Making, desired: readonly Resource[]): Promise<Closed> {
  const { layout, runtime, site, clock } = making;
  const { ledger } = layout;
  const change = making.change();
  const endings = new Map(Object.keys(change.services).map((name) => [name, endingOf(making, name)]));
  const heldBack = await withoutRecovered(making, stillHeld(making, endings));
  await writeHeldBack(ledger, heldBack);
  const where = {
    ...(change.directory !== undefined && { directory: change.directory }),
    ...(change.revision && { revision: change.revision }),
  };
  const applied = { site: targetOf(change), desired, stopped: false, ...where };
  // Who watches it takes each writing for news, and this may be tried again and again.
  if (digest(applied) !== digest((await readApplied(ledger)) ?? {})) await writeApplied(ledger, applied);
  const entry: Entry = {
    at: change.at,
    milliseconds: Math.max(0, clock.now() - change.at),
    way: change.way,
    ...(change.revision && { revision: change.revision }),
    services: { ...keptBack(change.heldBack, endings), ...entriesOf(making, endings) },
  };
  if ([...endings.values()].some(({ unrestored }) => unrestored === true)) return { entry, heldBack };
  const isNothing = Object.keys(entry.services).length === 0 && entry.revision === undefined;
  if (!isNothing) await append(ledger, entry);
  await forgetOpenChange(ledger);
  try {
    const failed = new Set((await runtime.failed(site)).map(({ service }) => service));
    for (const [name, { result }] of endings) {
      if (result === "done" && failed.has(name)) await runtime.removeFailed(site, name);
      if (change.services[name]?.snapshot !== undefined) await runtime.snapshots.prune(site, name);
    }
  } catch (thrown) {
    making.progress({ at: "untidy", problem: problemOf(thrown) });
  }
  return { entry, heldBack };
}

function endingOf(making: Making, name: string): Ending {
  const ending = making.endings.get(name);
  if (ending !== undefined) return ending;
  const { back, backFor, before, services } = making.change();
  const { undo, restore, given } = services[name] ?? {};
  if (undo !== undefined) return { result: undo.touched ? "undone" : "kept-back", problem: undo.problem };
  if (restore !== undefined && given !== true) return { result: "failed", problem: notGiven(name, restore) };
  const isBack = name === frontDoor ? back !== undefined : back === "all" && serviceOf(before, name) === undefined;
  return isBack && backFor !== undefined ? { result: "undone", problem: backFor } : { result: "done" };
}

/** Nothing of the service is there that could have taken it. */
function notGiven(name: string, restore: string): Problem {
  return problem(
    "STATE_NOT_PUT_BACK",
    `expected ${name} to take its state of ${restore}, got a service without state`,
    {
      hint: `look whether services/${name}.yaml has state; freehold snapshots lists the copies`,
    },
  );
}

function entriesOf(making: Making, endings: ReadonlyMap<string, Ending>): Entry["services"] {
  const { services } = making.change();
  return Object.fromEntries(
    [...endings].map(([name, { result, problem }]): [string, ServiceEntry] => {
      const { what = [], snapshot }: Partial<OpenService> = services[name] ?? {};
      const away = making.away.get(name);
      return [
        name,
        {
          result,
          what,
          ...(snapshot === undefined ? {} : { snapshot }),
          ...(problem === undefined ? {} : { problem }),
          ...(away === undefined ? {} : { away: Math.round(away) }),
        },
      ];
    }),
  );
}

/** Those that were held back before this change, and that it did not try. */
function keptBack(heldBack: HeldBackServices, endings: ReadonlyMap<string, Ending>): Entry["services"] {
  const left = Object.entries(heldBack).filter(([name, { runs }]) => runs === "old" && !endings.has(name));
  return Object.fromEntries(
    left.map(([name, { problem }]) => [name, { result: "kept-back", what: [], problem }] as const),
  );
}
