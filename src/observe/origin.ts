import { type HeldBack, readHeldBack } from "../ledger/held.ts";
import { readPolled } from "../ledger/polled.ts";
import { type RefusedHead, readSource } from "../ledger/source.ts";
import type { SiteLayout } from "../providers/layout.ts";
import type { Revision } from "../source/revision.ts";
import type { SiteStatus } from "./status.ts";

/** Where what runs came from, and what did not come through. */
export type Origin = {
  /** The commit that was last brought to the machine; absent when it came from a directory. */
  readonly revision?: Revision;
  /** The newest head, where it was not taken. */
  readonly refused?: RefusedHead;
  /** The remote could not be asked the last time, `at` in milliseconds since the epoch. */
  readonly unreachable?: { readonly at: number; readonly failure: string };
  /** Services that do not run as their files say, sorted by name; `front` for the front door. */
  readonly held: readonly HeldService[];
};

/** A service that is held back. */
export type HeldService = Pick<HeldBack, "since" | "revision" | "problem" | "runs"> & {
  readonly service: string;
  /** Whether what failed is kept, with its log. */
  readonly isKept: boolean;
};

/** What the ledger tells of the origin of what runs; `revision` is what was applied. */
export async function readOrigin(layout: SiteLayout, revision: Revision | undefined): Promise<Origin> {
  const [source, heldBack, polled] = await Promise.all([
    readSource(layout.ledger),
    readHeldBack(layout.ledger),
    readPolled(layout.run),
  ]);
  const failure = source?.remote === undefined ? undefined : polled?.failure;
  return {
    ...(revision && { revision }),
    ...(source?.refused && { refused: source.refused }),
    ...(polled !== undefined && failure !== undefined && { unreachable: { at: polled.at, failure } }),
    held: Object.entries(heldBack)
      .map(([service, { since, revision, problem, runs, failed = [] }]) => ({
        ...{ service, since, problem, runs, isKept: failed.length > 0 },
        ...(revision !== undefined && { revision }),
      }))
      .sort((a, b) => (a.service < b.service ? -1 : 1)),
  };
}

/** The same without what came right by itself since: a first version that went wrong, was left as it was, and is healthy by now. */
export function asItIs(origin: Origin, { services }: SiteStatus): Origin {
  const isWell = (name: string): boolean => services.some((one) => one.name === name && one.state === "healthy");
  return { ...origin, held: origin.held.filter(({ service, runs }) => runs === "old" || !isWell(service)) };
}
