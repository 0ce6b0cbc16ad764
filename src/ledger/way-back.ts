import type { Revision } from "../source/revision.ts";
import { restoreTrailers, revertedIn } from "../source/trailers.ts";
import type { Entry } from "./journal.ts";

/** A state of a service that is kept, and the change that it was taken before. */
export type KeptState = {
  readonly service: string;
  /** The name of the snapshot. */
  readonly snapshot: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
};

/** A state that a plain `git revert` left where it is, and the revision that it belongs to. */
export type RevertOffer = KeptState & { readonly to: string; readonly command: string };

/** An entry that came by a commit. */
type Committed = Entry & { readonly revision: Revision };

/**
 * The commit that was live before the last change of these services; of the whole site when none are named. A change that was undone
 * counts: what was live before it is what runs. `journal` has the newest entry first.
 */
export function commitBefore(journal: readonly Entry[], services: readonly string[]): string | undefined {
  const committed = journal.filter(isCommitted);
  const last = committed.findIndex(
    (entry) => services.length === 0 || services.some((service) => touches(entry, service)),
  );
  const commit = committed[last]?.revision.commit;
  return committed.slice(last + 1).find(({ revision }) => last >= 0 && revision.commit !== commit)?.revision.commit;
}

/** The commit that was live at a time, in milliseconds since the epoch. */
export function commitAt(journal: readonly Entry[], time: number): string | undefined {
  return journal.filter(isCommitted).find(({ at }) => at <= time)?.revision.commit;
}

/** The commit that is live; of a service that is held back the one that it is held at. */
export function liveCommit(journal: readonly Entry[], service?: string): string | undefined {
  const committed = journal.filter(isCommitted);
  if (service === undefined) return committed[0]?.revision.commit;
  const since = committed.findIndex(({ services }) => !isHeld(services[service]?.result));
  return committed[Math.max(0, since)]?.revision.commit;
}

/**
 * The state in which a commit left a service: the snapshot that was taken when the commit was replaced, the last time it was live.
 * Undefined when nothing was taken since, so that what is there now is that state.
 */
export function stateLeftBy(journal: readonly Entry[], service: string, commit: string): KeptState | undefined {
  const live = journal.findIndex(({ revision }) => revision?.commit === commit);
  for (const { at, services } of journal.slice(0, Math.max(0, live)).toReversed()) {
    const snapshot = services[service]?.snapshot;
    if (snapshot !== undefined) return { service, snapshot, at };
  }
  return undefined;
}

/**
 * What commits that `git revert` made have not brought back: the state of each service as it was before the change that they take
 * back, and the command that brings it. Nothing for a service whose state the same commits bring back already.
 */
export function revertOffers(
  revisions: readonly Pick<Revision, "body">[],
  journal: readonly Entry[],
): readonly RevertOffer[] {
  const restored = new Set(revisions.flatMap(({ body }) => Object.keys(restoreTrailers(body).restore)));
  const committed = journal.filter(isCommitted);
  return revisions
    .flatMap(({ body }) => revertedIn(body))
    .flatMap((commit) => {
      const index = committed.findIndex(({ revision }) => revision.commit === commit);
      const to = committed.slice(index + 1).find(({ revision }) => revision.commit !== commit)?.revision.commit;
      if (index < 0 || to === undefined) return [];
      return Object.keys(committed[index]?.services ?? {}).flatMap((service): RevertOffer[] => {
        const state = restored.has(service) ? undefined : stateLeftBy(journal, service, to);
        return state === undefined
          ? []
          : [{ ...state, to, command: `freehold rollback ${service} --to ${to.slice(0, 7)} --data` }];
      });
    });
}

function isCommitted(entry: Entry): entry is Committed {
  return entry.revision !== undefined;
}

/** Whether a change had to do with a service, other than leaving it as it was. */
function touches({ services }: Entry, service: string): boolean {
  const result = services[service]?.result;
  return result !== undefined && result !== "kept-back";
}

function isHeld(result: Entry["services"][string]["result"] | undefined): boolean {
  return result === "undone" || result === "kept-back";
}
