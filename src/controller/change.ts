import type { ConvergeEvent, Outcome } from "../converge/converge.ts";
import type { HeldBackServices } from "../ledger/held.ts";
import type { Entry, Way } from "../ledger/journal.ts";
import type { Clock } from "../lib/clock.ts";
import { fail, type Problem } from "../lib/problem.ts";
import type { SiteLayout } from "../providers/layout.ts";
import type { Runtime } from "../providers/provider.ts";
import type { Site } from "../site/site.ts";
import type { Revision } from "../source/revision.ts";
import type { Prepared } from "./prepare.ts";

/** What happens while it happens: the steps, and what becomes of a service as a whole. */
export type ChangeEvent =
  | ConvergeEvent
  /** Its state is being copied, or put back. */
  | { readonly at: "service"; readonly service: string; readonly phrase: string }
  /** It was put back: it is as it was before, its state too. */
  | {
      readonly at: "undone";
      readonly service: string;
      readonly problem: Problem;
      /** Of when its state is, in milliseconds since the epoch; absent: it keeps none, or nothing touched it. */
      readonly stateOf?: number;
      /** How long it was away, in milliseconds. */
      readonly away: number;
    };

/** What a change is made with. The lock is held by the caller. */
export type ChangeOptions = {
  readonly layout: SiteLayout;
  readonly runtime: Runtime;
  readonly clock: Clock;
  /** When it is aborted no further step begins; whoever comes next (the supervisor too) completes the change. */
  readonly signal: AbortSignal;
  readonly progress: (event: ChangeEvent) => void;
  /** As wanted. */
  readonly site: Site;
  /** What was agreed to. */
  readonly prepared: Prepared;
  readonly directory?: string;
  readonly revision?: Revision;
  readonly way: Way;
  /** Snapshots whose state is put in place, by service, whether or not anything else of it changes. */
  readonly restore?: Readonly<Record<string, string>>;
};

/** What came of it. */
export type Change = {
  /** As it stands in the journal; absent when it was interrupted, and so goes on later. */
  readonly entry?: Entry;
  /** Of every step that was begun or skipped. */
  readonly outcomes: readonly Outcome[];
  /** All services that are held back now, also those that were before. */
  readonly heldBack: HeldBackServices;
};

/** Makes a change of a site, and undoes it service by service where it goes wrong. */
export async function makeChange(_options: ChangeOptions): Promise<Change> {
  return fail("BUG", "a change cannot be made yet", { kind: "bug" });
}
