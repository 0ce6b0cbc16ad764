import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, systemClock } from "../lib/clock.ts";
import { makeWithPassages } from "../lib/passage.ts";
import { fail } from "../lib/problem.ts";
import { isStopped } from "../lib/proc.ts";
import { claimName, type Holder, readClaims, writeClaim } from "./claims.ts";
import { giveSigns, type Lifeless, watchSigns } from "./signs-of-life.ts";
import { orUnwritable } from "./unwritable.ts";

export type { Holder } from "./claims.ts";

/** A lock that is held. Releasing twice is fine. A process that dies holds nothing. */
export type Lock = { release(): Promise<void> };

/** What the supervisor's claims say they are for. */
export const bySupervisor = "the supervisor";

/** How a lock is asked for. */
export type LockOptions = {
  /** How long to wait for another holder, which may depend on who that is; default 0. */
  readonly waitMilliseconds?: number | ((holder: Holder) => number);
  /** Told once for each other holder that is waited for longer than a moment. */
  readonly onWait?: (holder: Holder) => void;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
  /** Which lock of the ledger: `converge` (default) for changes of the machine, `supervisor` for the one supervisor. */
  readonly of?: "converge" | "supervisor";
  readonly clock?: Clock;
};

/**
 * Takes a lock of a site's ledger, for as long as this process lives or until it is released. `what` says what for, to those
 * who wait: `up`. The directory is made if need be.
 *
 * Everybody first announces a claim of his own and then looks whether there are others: of two who come at once at least one sees
 * the other and steps back, so there is never a moment for taking a dead holder's lock away from a living one. (The first
 * half of Lamport's bakery, 1974.) Problem: `LOCKED`, kind `waiting`, naming holder, work and since when; earlier than the wait
 * would end when the holder of `converge` hangs, with how to get it going.
 */
export async function lock(ledger: string, what: string, options: LockOptions = {}): Promise<Lock> {
  const { waitMilliseconds = 0, onWait = () => {}, signal, of = "converge", clock = systemClock } = options;
  const directory = join(ledger, of);
  await orUnwritable(ledger, makeLockDirectory(ledger, directory));
  const own = await claimName(randomBytes(6).toString("hex"));
  const patience = typeof waitMilliseconds === "number" ? () => waitMilliseconds : waitMilliseconds;
  const began = clock.elapsed();
  const lifeless = watchSigns(clock);
  let crossed = 0;
  let told: string | undefined;
  for (;;) {
    let [other] = await readClaims(directory, own);
    if (other === undefined) {
      const path = await orUnwritable(ledger, writeClaim(directory, own, { what, since: clock.now() }));
      [other] = await readClaims(directory, own);
      if (other === undefined) return heldAt(path, of);
      await rm(path, { force: true });
      // Two newcomers stepped back for each other: one of them gets it in a moment, also if neither was to wait.
      crossed = clock.elapsed() + crossing;
    }
    const until = began + patience(other);
    if (clock.elapsed() >= Math.max(until, crossed))
      refuse(other, (await isStopped(other.pid)) ? "stopped" : undefined);
    const hangs = await lifeless(join(directory, other.claim), other.pid);
    if (hangs !== undefined) refuse(other, hangs);
    const waited = clock.elapsed() - began;
    if (told !== other.claim && until > began && waited >= silent) {
      onWait(other);
      told = other.claim;
    }
    await clock.sleep(pauseAfter(waited), signal);
  }
}

async function makeLockDirectory(ledger: string, directory: string): Promise<void> {
  await makeWithPassages(ledger);
  await mkdir(directory, { recursive: true, mode: 0o700 });
}

/** Milliseconds of waiting of which nobody is told: the supervisor's looks are that short. */
const silent = 300;

/** Milliseconds that two newcomers have to find out who goes first. */
const crossing = 400;

/** Who holds a lock now, without waiting for it or taking it; undefined: nobody. */
export async function holderOf(ledger: string, of: "converge" | "supervisor"): Promise<Holder | undefined> {
  return (await readClaims(join(ledger, of)))[0];
}

/** A lock that is held gives signs of life, but for the supervisor's own, which would write to the disk for months. */
function heldAt(path: string, of: "converge" | "supervisor"): Lock {
  const stop = of === "converge" ? giveSigns(path) : () => {};
  return {
    release: async () => {
      stop();
      await rm(path, { force: true });
    },
  };
}

/** Milliseconds until the next look: short at first, then longer; never in step with another who waits. */
function pauseAfter(waited: number): number {
  return (20 + Math.min(waited / 20, 480)) * (1 + Math.random());
}

function refuse({ pid, what, since }: Holder, hangs: Lifeless | undefined): never {
  const time = since === 0 ? "" : ` since ${new Date(since).toISOString().replace(/\.\d+Z$/, "Z")}`;
  const how = hangs === undefined ? "" : hangs === "stopped" ? ", which is stopped" : ", which gives no sign of life";
  return fail("LOCKED", `expected to be the only one at work, got ${what} (process ${pid})${time}${how}`, {
    kind: "waiting",
    hint: hints(pid)[hangs ?? "works"],
  });
}

function hints(pid: number): Record<Lifeless | "works", string> {
  return {
    works: "wait until it is done, then run this again",
    stopped: `kill -CONT ${pid} lets it go on; kill -KILL ${pid} ends it, then run this again`,
    silent: `kill -KILL ${pid} ends it, then run this again: what it was doing is completed`,
  };
}
