import type { ConvergeEvent, Outcome } from "../../converge/converge.ts";
import type { Result } from "../../ledger/journal.ts";
import { type OpenChange, type OpenService, writeOpenChange } from "../../ledger/open-change.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Problem } from "../../lib/problem.ts";
import type { SiteLayout } from "../../providers/layout.ts";
import type { Runtime } from "../../providers/provider.ts";
import type { ResourceId } from "../../resource/base.ts";

/** What happens while it happens: the steps, and what becomes of a service as a whole. */
export type ChangeEvent =
  | ConvergeEvent
  /** A step on the way back: what it does is told by `undone`. */
  | { readonly at: "back"; readonly event: ConvergeEvent }
  /** Its state is being put back, its old version started. */
  | { readonly at: "undoing"; readonly service: string; readonly problem: Problem }
  | {
      readonly at: "undone";
      readonly service: string;
      readonly problem: Problem;
      /** Whether anything of it was stopped or made anew. */
      readonly touched: boolean;
      /** Of when its state is, in milliseconds since the epoch; absent: it keeps none, or its state was not touched. */
      readonly stateOf?: number;
      /** How long it was away, in milliseconds; absent: it was not. */
      readonly away?: number;
    }
  /** The way back failed as well. */
  | { readonly at: "not undone"; readonly service: string; readonly problem: Problem }
  /** It is done, but what nobody needs any more could not be taken away. */
  | { readonly at: "untidy"; readonly problem: Problem };

/** What every part of a change works with. */
export type ChangeTools = {
  readonly layout: Pick<SiteLayout, "ledger">;
  readonly runtime: Runtime;
  readonly clock: Clock;
  /** When it is aborted no further step begins; whoever comes next (the supervisor too) completes the change. */
  readonly signal: AbortSignal;
  readonly progress: (event: ChangeEvent) => void;
};

/** How it ended with one service. */
export type Ending = {
  readonly result: Result;
  readonly problem?: Problem;
  /** Its state could not be put back: nothing of it may be started before that is done. */
  readonly unrestored?: boolean;
};

/** A change while it is made. Its signal ends also when it is interrupted. */
export type Making = ChangeTools & {
  /** What it is made with, by whoever may take it up again. */
  readonly tools: ChangeTools;
  readonly site: string;
  /** Ends it where it is, since what runs the site is out of reach: no further step begins, and nothing goes back. */
  interrupt(problem: Problem): void;
  /** Why it was; undefined: it was not. */
  interruption(): Problem | undefined;
  /** How often it may still be taken up by whoever makes it. */
  readonly resumptions: number;
  /** As it stands in the ledger. */
  change(): OpenChange;
  /** Changes what stands there; calls come one after the other. */
  save(edit: (change: OpenChange) => OpenChange): Promise<void>;
  /** The same of one service. */
  saveService(name: string, edit: Partial<OpenService>): Promise<void>;
  readonly endings: Map<string, Ending>;
  /** When the first thing of a service was stopped or made anew, and how long it was away in the end; by the clock's `elapsed`. */
  readonly touched: Map<string, number>;
  /** The services of which anything was made anew, or has another state. */
  readonly exchanged: Set<string>;
  readonly away: Map<string, number>;
  readonly outcomes: Outcome[];
  /** What went wrong with the front door, or with a service whose own file is not the reason. */
  common: { readonly service: string; readonly problem: Problem; readonly failed: readonly ResourceId[] } | undefined;
};

/** A change that stands in the ledger, ready to be made. */
export function making(tools: ChangeTools, begun: OpenChange, resumptions: number): Making {
  const cut = new AbortController();
  let interruption: Problem | undefined;
  let current = begun;
  let last: Promise<void> = Promise.resolve();
  const save: Making["save"] = (edit) => {
    const mine = last.then(async () => {
      const next = edit(current);
      await writeOpenChange(tools.layout.ledger, next);
      current = next;
    });
    last = mine.catch(() => {}); // whoever saved is told; the next one tries anew
    return mine;
  };
  return {
    ...tools,
    tools,
    signal: AbortSignal.any([tools.signal, cut.signal]),
    site: begun.wanted.name,
    interrupt: (problem) => {
      interruption ??= problem;
      cut.abort();
    },
    interruption: () => interruption,
    resumptions,
    change: () => current,
    save,
    saveService: (name, edit) =>
      save((change) => {
        const service = { what: [], ...change.services[name], ...edit };
        return { ...change, services: { ...change.services, [name]: service } };
      }),
    endings: new Map(),
    touched: new Map(),
    exchanged: new Set(),
    away: new Map(),
    outcomes: [],
    common: undefined,
  };
}
