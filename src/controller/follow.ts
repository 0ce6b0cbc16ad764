import { isDealtWith, readFollowed, signersMark } from "../ledger/followed.ts";
import { holderOf } from "../ledger/lock.ts";
import { writePolled } from "../ledger/polled.ts";
import { type FollowedRemote, readSource } from "../ledger/source.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { problemOf } from "../lib/problem.ts";
import type { SiteLayout } from "../providers/layout.ts";
import { createBackoff } from "./backoff.ts";

/** What a source is followed with. */
export type FollowOptions = {
  readonly layout: SiteLayout;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** The head of a branch of the machine's own repository; undefined: nothing was pushed yet. Asked each second. */
  readonly head: (branch: string) => Promise<string | undefined>;
  /** Fetches a remote's head and resolves with it. */
  readonly fetch: (remote: FollowedRemote, signal: AbortSignal) => Promise<string>;
  /** Brings a head to the machine in a process of its own; resolves with its exit code, or when the signal ends the waiting for it. */
  readonly deploy: (commit: string) => Promise<number>;
};

/** Follows one site's source. */
export type Follower = {
  /** Looks whether there is something new, and begins to deal with it; never waits for that. Called each second. */
  look(): Promise<void>;
  /** Somebody said that the remote has something new. */
  called(): void;
  /** Resolves when nothing that it began is open any more. */
  settled(): Promise<void>;
};

/** Milliseconds that a push has to deal with its head itself, so that the pusher sees it. */
const grace = 3000;

/** Milliseconds between two looks at a remote, however often somebody calls. */
const shortest = 2000;

/** Names of what may fail, for the pauses. */
const asking = "remote";
const deploying = "deploy";

/**
 * Sees that the head of what a site follows is dealt with, one at a time: pushes that lost their own deploy, heads of a remote that is
 * looked at each `every` or when somebody calls, heads that were refused when the list of signers changes. What fails is tried again
 * with growing pauses.
 */
export function createFollower(options: FollowOptions): Follower {
  const { layout, clock, log, signal } = options;
  const backoff = createBackoff();
  let open: Promise<void> | undefined;
  let deployed: Promise<void> | undefined;
  let isCalled = false;
  let asked: { readonly url: string; readonly at: number } | undefined;
  let fetched: { readonly url: string; readonly commit: string } | undefined;
  let seen: { readonly head: string; readonly at: number } | undefined;
  let lastFailure = "";

  const poll = async (remote: FollowedRemote): Promise<void> => {
    isCalled = false;
    asked = { url: remote.url, at: clock.elapsed() };
    try {
      const commit = await options.fetch(remote, signal);
      fetched = { url: remote.url, commit };
      backoff.forget(asking);
      if (lastFailure !== "") log.info(`${remote.url} answers again`);
      lastFailure = "";
      await writePolled(layout.run, { at: clock.now(), commit });
    } catch (thrown) {
      if (signal.aborted) return;
      const { message } = problemOf(thrown);
      const wait = backoff.failed(asking, clock.elapsed(), 0);
      if (message !== lastFailure) log.warn(`${message}; next try in ${wait / 1000} s, then with growing pauses`);
      lastFailure = message;
      await writePolled(layout.run, { at: clock.now(), failure: message });
    }
  };

  const pollIsDue = ({ url, every }: FollowedRemote): boolean => {
    const now = clock.elapsed();
    if (asked?.url !== url) return true;
    if (now < asked.at + shortest) return false;
    if (isCalled) return true;
    if (lastFailure !== "") return !backoff.holds(asking, now);
    return now >= asked.at + every;
  };

  const isDone = async (head: string): Promise<boolean> =>
    isDealtWith(await readFollowed(layout.ledger), head, await signersMark(layout.trust));

  const bring = async (head: string): Promise<void> => {
    log.info(`bringing ${head.slice(0, 7)} to this machine`);
    const code = await options.deploy(head);
    if (signal.aborted) return;
    if (await isDone(head)) return backoff.forget(deploying);
    const wait = backoff.failed(deploying, clock.elapsed(), 0);
    log.warn(`the deploy of ${head.slice(0, 7)} ended with ${code} before it was done; next try in ${wait / 1000} s`);
  };

  /** A failure here is freehold's own: it is said, and what was begun is tried again. */
  const begin = (work: Promise<void>): Promise<void> =>
    work.catch((thrown: unknown) => {
      backoff.failed(deploying, clock.elapsed(), 0);
      log.warn(problemOf(thrown).message);
    });

  const look = async (): Promise<void> => {
    const source = await readSource(layout.ledger);
    if (source === undefined || signal.aborted) return;
    const { remote } = source;
    if (remote !== undefined && open === undefined && pollIsDue(remote)) {
      open = begin(poll(remote)).finally(() => {
        open = undefined;
      });
    }
    const known = fetched?.url === remote?.url ? fetched?.commit : undefined;
    const head = remote === undefined ? await options.head(source.branch) : known;
    if (head === undefined || deployed !== undefined) return;
    const now = clock.elapsed();
    if (seen?.head !== head) seen = { head, at: now };
    if (backoff.holds(deploying, now) || (remote === undefined && now < seen.at + grace)) return;
    if ((await isDone(head)) || (await holderOf(layout.ledger, "converge")) !== undefined) return;
    deployed = begin(bring(head)).finally(() => {
      deployed = undefined;
    });
  };

  return {
    look,
    called: () => {
      isCalled = true;
    },
    settled: async () => {
      await Promise.all([open, deployed]);
    },
  };
}
