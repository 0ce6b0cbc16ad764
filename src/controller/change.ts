import type { Outcome } from "../converge/converge.ts";
import { readApplied, writeApplied } from "../ledger/applied.ts";
import { type HeldBackServices, readHeldBack } from "../ledger/held.ts";
import { type Entry, readJournal, type Way } from "../ledger/journal.ts";
import { type OpenChange, type OpenService, readOpenChange, writeOpenChange } from "../ledger/open-change.ts";
import { ProblemError, problemOf } from "../lib/problem.ts";
import { summary } from "../plan/summary.ts";
import { snapshotName } from "../providers/snapshots.ts";
import type { Site } from "../site/site.ts";
import type { Revision } from "../source/revision.ts";
import { type Closed, close } from "./change/close.ts";
import { type ChangeTools, type Making, making } from "./change/making.ts";
import { answersAgain, leftOpen } from "./change/outage.ts";
import { makeRounds } from "./change/rounds.ts";
import { takeUp } from "./change/take-up.ts";
import { withHeldBack } from "./held-services.ts";
import { type Prepared, prepare } from "./prepare.ts";

export type { ChangeEvent, ChangeTools } from "./change/making.ts";

/** What a change is made with. The lock is held by the caller. */
export type ChangeOptions = ChangeTools & {
  /** As the files want it. */
  readonly site: Site;
  /** The services that a person asked for: all others stay as they are. Absent: all are meant. */
  readonly named?: readonly string[];
  /** What was agreed to: for `site` as {@link withHeldBack} leaves it. */
  readonly prepared: Prepared;
  readonly directory?: string;
  readonly revision?: Revision | undefined;
  readonly way: Way;
  /** Snapshots whose state is put in place, by service, whether or not anything else of it changes. */
  readonly restore?: Readonly<Record<string, string>>;
};

/** What came of it. */
export type Change = {
  /** As it stands in the journal; absent when it was interrupted, and so goes on later. */
  readonly entry?: Entry;
  /** Of every step that was begun or skipped, but those on the way back. */
  readonly outcomes: readonly Outcome[];
  /** All services that are held back now, also those that were before. */
  readonly heldBack: HeldBackServices;
};

/**
 * Makes a change of a site. The state of each service that is touched is copied first; what does not become healthy, or dies soon
 * after, goes back to what it was, with its state, and is held back, while everything else goes on. It is on record from before
 * its first effect, so that whoever comes after a kill completes it. Problems: `LEDGER_UNWRITABLE`, before anything is touched;
 * `CLUSTER_UNREACHABLE` and others by which nothing can be seen any more, and what its signal ended with (`LEASE_LOST`), with which it is interrupted: whoever comes next completes it.
 */
export async function makeChange(options: ChangeOptions): Promise<Change> {
  const { layout, runtime } = options;
  const open = await readOpenChange(layout.ledger);
  if (open === undefined) return begin(options);
  const earlier = await finish(options, open);
  if (earlier.entry === undefined || (await readOpenChange(layout.ledger)) !== undefined) return earlier;
  // What was agreed to is now to be done from where that has led.
  const { site } = await standing(options);
  const prepared = await prepare(site, runtime, { restore: Object.keys(options.restore ?? {}) });
  return together(earlier, await begin({ ...options, prepared }));
}

/** What a person who completed one change by making another is told: what came of both. Each has its own entry in the journal. */
function together(earlier: Change, later: Change): Change {
  const outcomes = [...earlier.outcomes, ...later.outcomes];
  if (later.entry === undefined) return { ...later, outcomes };
  const services = { ...earlier.entry?.services, ...later.entry.services };
  return { ...later, outcomes, entry: { ...later.entry, services } };
}

/** Completes the change that somebody left open, or undoes of it what does not work; undefined when there is none. */
export async function completeChange(tools: ChangeTools): Promise<Change | undefined> {
  const open = await readOpenChange(tools.layout.ledger);
  return open === undefined ? undefined : finish(tools, open);
}

async function begin(options: ChangeOptions): Promise<Change> {
  const { layout, prepared, directory } = options;
  const { site, heldBack, applied, never } = await standing(options);
  const change: OpenChange = {
    ...(await nameOf(options)),
    way: options.way,
    ...(options.revision && { revision: options.revision }),
    ...(directory === undefined ? {} : { directory }),
    wanted: site,
    ...(applied && { before: applied.site }),
    never,
    heldBack,
    services: {},
  };
  const services = servicesOf(options, change.name);
  await writeOpenChange(layout.ledger, { ...change, services });
  const where = {
    ...(directory !== undefined && { directory }),
    ...(options.revision && { revision: options.revision }),
  };
  await writeApplied(layout.ledger, { site, desired: prepared.desired, stopped: false, ...where });
  return finish(options, { ...change, services }, prepared);
}

/** The site that is to be, as things stand now. */
async function standing({ layout: { ledger }, site, named }: ChangeOptions) {
  const applied = await readApplied(ledger);
  const heldBack = await readHeldBack(ledger);
  const never = Object.keys(heldBack).filter((name) => heldBack[name]?.runs === "new");
  return { ...withHeldBack(site, heldBack, applied, named), applied, never };
}

/** So often a change is taken up again by whoever makes it, when what runs the site did not answer for a moment. */
const resumptions = 3;

/** Makes a change that stands in the ledger: as prepared, or else from where somebody left it. */
function finish(tools: ChangeTools, open: OpenChange, prepared?: Prepared): Promise<Change> {
  return carryOut(making(tools, open, resumptions), prepared, []);
}

/** Makes a change, and takes it up again when it was interrupted and what runs the site answers once more. */
async function carryOut(work: Making, prepared: Prepared | undefined, before: readonly Outcome[]): Promise<Change> {
  const closed = await makeOnce(work, prepared);
  const outcomes = [...before, ...work.outcomes];
  if (closed !== undefined) return { outcomes, ...closed };
  const interruption = work.interruption();
  const isBack = interruption !== undefined && work.resumptions > 0 && (await answersAgain(work.tools, work.site));
  const { signal } = work.tools;
  if (signal.reason instanceof ProblemError) throw signal.reason;
  if (signal.aborted || interruption === undefined) return { outcomes, heldBack: work.change().heldBack };
  if (!isBack) throw leftOpen(interruption);
  const done = work.outcomes.filter(({ result }) => result === "done");
  return carryOut(making(work.tools, work.change(), work.resumptions - 1), undefined, [...before, ...done]);
}

/** As far as it goes; undefined when it was interrupted. */
async function makeOnce(work: Making, prepared: Prepared | undefined): Promise<Closed | undefined> {
  try {
    const desired = await makeRounds(work, prepared ?? (await takeUp(work)));
    return desired && (await close(work, desired));
  } catch (thrown) {
    const problem = problemOf(thrown);
    if (problem.kind !== "transient") throw thrown;
    work.interrupt(problem);
    return undefined;
  }
}

/** When it began, which names its entry, and what its copies are called: never like those of another, were the clock set back. */
async function nameOf(options: ChangeOptions): Promise<Pick<OpenChange, "at" | "name">> {
  const { layout, runtime, clock, revision, way, site } = options;
  const taken = new Set((await runtime.snapshots.list(site.name)).map(({ name }) => name));
  const [last] = await readJournal(layout.ledger, { limit: 1 });
  const at = clock.now() === last?.at ? last.at + 1 : clock.now();
  for (let time = at; ; time += 1000) {
    const name = snapshotName(time, revision?.commit ?? way);
    if (!taken.has(name)) return { at, name };
  }
}

function servicesOf({ prepared, restore = {} }: ChangeOptions, name: string): OpenChange["services"] {
  const { plan } = prepared;
  const copied = new Set((plan.snapshots ?? []).map(({ service }) => service));
  const changes = new Map(summary(plan).changes.map(({ service, what }) => [service, what]));
  const names = [...new Set([...changes.keys(), ...Object.keys(restore)])].sort();
  return Object.fromEntries(
    names.map((service): [string, OpenService] => [
      service,
      {
        what: changes.get(service) ?? [],
        ...(copied.has(service) ? { snapshot: name } : {}),
        ...(restore[service] === undefined ? {} : { restore: restore[service] }),
      },
    ]),
  );
}
