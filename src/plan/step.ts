import type { ResourceId } from "../resource/base.ts";
import type { Observed } from "../resource/observed.ts";
import type { Resource } from "../resource/resource.ts";

/** One difference: the path inside the resource, and both values as short text for people. */
export type Change = { readonly path: string; readonly from?: string; readonly to?: string };

/** Why a step is taken: the differences, or a word for what is the matter (`stopped`, `renewal due`, `not loaded`). */
export type Because = { readonly changes: readonly Change[]; readonly reason?: string };

/**
 * One thing to do. `update` is done in place without a gap (start, reload, renew, switch files, add a way); `replace` takes the
 * old one away first. `keep` is listed so that a plan is complete.
 */
export type Step =
  | {
      readonly action: "create";
      readonly resource: Resource;
      readonly because: Because;
      /** The container that it takes over from, which goes on until visitors are led to this one; or beside which it is to take visitors. */
      readonly relieves?: ResourceId;
    }
  | {
      readonly action: "update" | "replace" | "keep";
      readonly resource: Resource;
      readonly was: Observed;
      readonly because: Because;
      readonly relieves?: ResourceId;
    }
  | {
      readonly action: "remove";
      readonly was: Observed;
      readonly because: Because;
      /** Those that take over from it: it goes when visitors are led to them. None where it is one replica too many. */
      readonly relievedBy?: readonly ResourceId[];
    };

/** A copy of a service's state that is made before anything of the service is touched. */
export type PlannedSnapshot = {
  readonly service: string;
  /** See the runtime's port: by the file system at once, block by block, or every byte. */
  readonly way: "atomic" | "reflink" | "copy";
  /** Bytes of disk that it takes beyond what is there. */
  readonly bytes: number;
  /** How long it takes, estimated. */
  readonly milliseconds: number;
};

/** What is to be done, in an order that works. The plan shown is the plan applied. */
export type Plan = {
  readonly site: string;
  /** Ordered so that whatever a step needs stands before it; removals stand where they may run. */
  readonly steps: readonly Step[];
  /** Digest of the observation it was made against; a moved world refuses it. */
  readonly basis: string;
  /** The copies of state that are made on the way; absent: none. */
  readonly snapshots?: readonly PlannedSnapshot[];
};

/** The id of the resource that a step is about. */
export function stepId(step: Step): ResourceId {
  return step.action === "remove" ? step.was.resource.id : step.resource.id;
}
