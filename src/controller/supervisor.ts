import type { Outcome } from "../converge/converge.ts";
import { appliedMark } from "../ledger/applied.ts";
import { passwordsMark } from "../ledger/passwords.ts";
import type { Restarts } from "../ledger/restarts.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { problemOf } from "../lib/problem.ts";
import type { Leaving } from "../observe/leaving.ts";
import { type SiteStatus, status } from "../observe/status.ts";
import type { SiteLayout } from "../providers/layout.ts";
import type { CheckResult, Runtime } from "../providers/provider.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Volume } from "../resource/kinds/volume.ts";
import type { Observation } from "../resource/observed.ts";
import type { Site } from "../site/site.ts";
import type { Doings } from "../start/metrics.ts";
import { createBackoff } from "./backoff.ts";
import { createCasualties } from "./casualties.ts";
import { createDrift } from "./drift.ts";
import { createGrace } from "./grace.ts";
import { pass } from "./pass.ts";
import { createSiteNodes } from "./site-nodes.ts";
import { countRestarts, noteAnswers, noteTroubles } from "./tally.ts";
import { createVigil } from "./vigil.ts";
import { deaths, type StartTime, type Watched, watch } from "./watch.ts";

/** What a supervisor works with. */
export type SupervisorOptions = {
  /** The site's name. */
  readonly site: string;
  readonly layout: SiteLayout;
  readonly runtime: Runtime;
  /** Ends it; what runs goes on running. */
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly clock: Clock;
  /** How it learns whether a process lives. */
  readonly startTime: StartTime;
  /** When the machine started, milliseconds since the epoch. */
  readonly bootedAt: number;
};

/** Looks once a second; `ended` when nothing is to run any more. */
export type Supervisor = {
  look(): Promise<"go on" | "ended">;
  /** How the site is, as far as it was seen: nobody is asked for it. Undefined before the first pass. */
  status(site: Site, restarts?: Restarts): SiteStatus | undefined;
  /** State that is kept for a while only, as far as it was seen. */
  leaving(): readonly Leaving[];
  /** What it has done since it started. */
  doings(): Doings;
  /** Ends it: resolves when nothing that it began is open any more. */
  settled(): Promise<void>;
};

/** Milliseconds by which the clock goes another way than time itself before it counts as having been set. */
const setBy = 60_000;

/** Milliseconds after which it is looked whether state that is gone is back: nobody tells of a disk that is mounted. */
const untilBack = 10_000;

/** Failures of a whole pass are counted under this name, which is no resource's. */
const wholePass = "pass";

/** See `supervise`, which drives it. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { site, runtime, signal, log, clock, layout, startTime } = options;
  const backoff = createBackoff();
  const casualties = createCasualties({ ...options, backoff });
  const vigil = createVigil(site, runtime, clock);
  const drift = createDrift(options);
  const grace = createGrace(layout.ledger, clock, log);
  const nodes = createSiteNodes({ ...options, observed: () => observation });
  let watched: ReadonlyMap<ResourceId, Watched> = new Map();
  let observation: Observation | undefined;
  let seenMark: string | undefined;
  let seenPasswords: string | undefined;
  let nextFull = 0;
  let lost = 0;
  let doings: Doings = { passes: 0, done: 0, failed: 0 };
  let lastTrouble = "";
  const offset = (): number => clock.now() - clock.elapsed();
  let seenOffset = offset();

  const lookAtProcesses = async (): Promise<void> => {
    for (const dead of await deaths(watched.values(), startTime)) casualties.fell(dead, "dead", "stopped");
    vigil.ask();
    await noteAnswers(layout.run, vigil.takeAnswered());
    for (const [id, detail] of vigil.unhealthy()) {
      const one = watched.get(id);
      if (one !== undefined) casualties.fell(one, "ill", `is not healthy: ${detail}`);
    }
    await noteTroubles(layout.run, casualties.takeIncidents());
  };

  const makePass = async (): Promise<"go on" | "ended"> => {
    const told = drift.take();
    const started = clock.elapsed();
    const begun = offset(); // a clock that is set meanwhile is noticed by the next look
    const mark = await appliedMark(layout.ledger);
    const passwords = await passwordsMark(layout.ledger);
    const due = backoff.due(clock.elapsed());
    const unhealthy = vigil.unhealthy();
    const result = await pass({
      site,
      ledger: layout.ledger,
      runtime,
      signal,
      clock,
      log,
      amiss: new Map(casualties.ill().flatMap((id) => (unhealthy.has(id) ? [[id, "unhealthy"]] : []))),
      isHeld: (id) => backoff.holds(id, clock.elapsed()),
      onObserved: casualties.onObserved,
      over: grace.over,
      onSecondLook: drift.take,
      onLost: (volumes) => {
        if (volumes.length > 0 && lost === 0) log.warn(lostWords(volumes));
        lost = volumes.length;
      },
    });
    if (result.came === "ended") return "ended";
    if (result.came === "busy") drift.giveBack(told);
    if (result.came === "busy" || signal.aborted) return "go on";
    drift.passed(clock.elapsed() - started);
    if (result.isUnsettled) drift.giveBack(told.size > 0 ? told : new Set(["container"]));
    doings = afterPass(doings, result.outcomes, clock.now());
    for (const id of due) backoff.tried(id);
    observation = result.observation;
    watched = await watch(observation, startTime);
    vigil.turnTo(watched);
    const revived = casualties.conclude(result.outcomes, watched, vigil.unhealthy());
    await countRestarts(layout.run, revived, result.observation);
    backoff.forget(wholePass);
    seenMark = mark;
    seenPasswords = passwords;
    seenOffset = begun;
    const patience = diedMeanwhile(observation) ? 0 : drift.patience();
    nextFull = clock.elapsed() + (result.isWaiting ? untilBack : patience);
    lastTrouble = "";
    return "go on";
  };

  /** Nobody watches a process that ended while others were being started, so another pass must look after it. */
  const diedMeanwhile = ({ resources }: Observation): boolean =>
    resources.some(({ resource, run }) => run?.state === "stopped" && !backoff.holds(resource.id, clock.elapsed()));

  /** Certificates are another age then, so everything is looked at. */
  const clockWasSet = (): boolean => {
    const jump = offset() - seenOffset;
    if (Math.abs(jump) < setBy) return false;
    log.info(`the clock was set ${jump > 0 ? "forward" : "back"} by ${Math.round(Math.abs(jump) / 60_000)} min`);
    seenOffset += jump;
    return true;
  };

  const isDue = async (): Promise<boolean> => {
    const now = clock.elapsed();
    if (backoff.holds(wholePass, now)) return false;
    if (clockWasSet()) return true;
    if (now >= nextFull || backoff.due(now).length > 0 || drift.isDue()) return true;
    if (grace.isDue((id) => backoff.holds(id, now))) return true;
    if ((await appliedMark(layout.ledger)) !== seenMark) return true;
    return (await passwordsMark(layout.ledger)) !== seenPasswords;
  };

  return {
    look: async () => {
      drift.listen();
      try {
        // Somebody who applied something since is replacing processes himself: those that end meanwhile did not fall.
        if ((await appliedMark(layout.ledger)) === seenMark) await lookAtProcesses();
        await grace.look();
        if ((await isDue()) && (await makePass()) === "ended") return "ended";
      } catch (thrown) {
        const { message } = problemOf(thrown);
        const wait = backoff.failed(wholePass, clock.elapsed(), 0);
        if (message !== lastTrouble) log.warn(`${message}; next try in ${wait / 1000} s`);
        lastTrouble = message;
      }
      await nodes.look(); // also when a pass fails: it may well be the lost node that it fails by
      return "go on";
    },
    status: (shown, restarts) => {
      if (observation === undefined) return undefined;
      const running = [...watched.values()].filter(({ container }) => container.check.ask.by === "running");
      const checks = new Map<ResourceId, CheckResult>([
        ...running.map(({ container: { id } }) => [id, { healthy: true }] as const),
        ...vigil.answers(),
        ...casualties.dead().map((id) => [id, { healthy: false, stopped: true }] as const),
      ]);
      return status(shown, observation, checks, clock.now(), restarts === undefined ? {} : { restarts });
    },
    leaving: () => (observation === undefined ? [] : grace.leaving(observation, clock.now())),
    doings: () => doings,
    settled: async () => {
      await Promise.all([vigil.settled(), drift.end(), grace.end()]);
    },
  };
}

function afterPass({ passes, done, failed }: Doings, outcomes: readonly Outcome[], now: number): Doings {
  const count = (result: Outcome["result"]): number => outcomes.filter((one) => one.result === result).length;
  return { passes: passes + 1, done: done + count("done"), failed: failed + count("failed"), lastPass: now };
}

function lostWords(volumes: readonly Volume[]): string {
  const names = volumes.map(({ service, part, name }) => `${name} of ${service}${part === service ? "" : `/${part}`}`);
  return `state is gone: ${names.join(", ")}; nothing is started without it until it is back, or freehold up makes it anew, empty`;
}
