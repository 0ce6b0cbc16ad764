import type { ResourceId } from "./base.ts";
import type { Resource } from "./resource.ts";

/** What a container is doing, in our words. */
export type RunState = "running" | "stopped";

/** One thing that exists in the world and is ours, shown back in our words. */
export type Observed = {
  /** As it was applied, read back from the world (labels, files, tables), never from memory. */
  readonly resource: Resource;
  /** For containers. */
  readonly run?: {
    readonly state: RunState;
    /** The process id on the machine, 0 when stopped. */
    readonly pid: number;
    /** Milliseconds since the epoch. */
    readonly startedAt: number;
    readonly exitCode: number;
    readonly containerId: string;
  };
  /** For containers that take up where they lead visitors: where that was when they last did. Absent: they lead nobody, or do not run. */
  readonly leads?: readonly ResourceId[];
  /**
   * Why it must be put right although its description is the one wanted: `renewal due`, `not loaded`, `edited`, `missing`,
   * `not reloaded` (a container whose live content is newer than what it runs with), `unhealthy` (said by the supervisor: it
   * must be restarted). Absent: nothing.
   */
  readonly amiss?: string;
};

/** Places in the address plan, 1 to 4095, by service. */
export type Slots = Readonly<Record<string, number>>;

/** Everything of one site that exists. */
export type Observation = {
  /** Sorted by id. */
  readonly resources: readonly Observed[];
  /** The slots that this site's services hold (its networks and volumes tell). */
  readonly slots: Slots;
  /** Slots that other sites of this machine hold. */
  readonly foreignSlots: readonly number[];
};
