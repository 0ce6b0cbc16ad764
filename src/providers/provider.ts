import type { Problem } from "../lib/problem.ts";
import type { Step } from "../plan/step.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Container } from "../resource/kinds/container.ts";
import type { Observation } from "../resource/observed.ts";
import type { Kind, Resource } from "../resource/resource.ts";
import type { Alone, AloneOptions } from "./alone.ts";
import type { ApplyContext } from "./apply-context.ts";
import type { LostNodes } from "./lost-nodes.ts";
import type { Snapshots } from "./snapshots.ts";

export type { Alone, AloneHolder, AloneOptions } from "./alone.ts";
export type { ApplyContext, Report } from "./apply-context.ts";
export type { Snapshot, SnapshotCost, Snapshots, SnapshotWay } from "./snapshots.ts";

/** A step that makes or changes something. */
export type ApplyStep = Exclude<Step, { action: "remove" | "keep" }>;

/**
 * The port behind which every effect on the world sits. One contract suite (`contract.ts`) holds for all back ends.
 *
 * - `observe` has no effect and may be called at any time, also while another process applies. It returns only what carries
 *   this site's mark, sorted by id.
 * - `apply` makes the world be as `step.resource` says. It may be called again after having been killed anywhere: it then
 *   completes, and never makes a second one of a thing. It resolves when the thing is usable (a container: started; its health
 *   is asked separately by {@link Runtime.check}). Different resources may be applied at the same time.
 * - What each action means: `create` and `replace` lead to exactly one new thing (a network's replacement takes the containers
 *   in it away, their own steps follow). `update` of a container depends on what is found: not running → started; observed as
 *   `amiss: "unhealthy"` → restarted; otherwise its `reload` is sent. `update` of all else makes it as described, in place.
 * - A running container with `reload` whose live mounts have changed since it last started or reloaded is observed as
 *   `amiss: "not reloaded"`, so that a converge killed between the two is completed by the next.
 * - `remove` takes the thing away and resolves also when it is gone already. It removes nothing without this site's mark. A
 *   volume's data goes with it: the plan alone decides whether to ask for that.
 * - All throw `ProblemError`s; their `kind` says whether trying again helps.
 */
export type Provider = {
  readonly kinds: readonly Kind[];
  observe(site: string): Promise<Observation>;
  apply(site: string, step: ApplyStep, context: ApplyContext): Promise<void>;
  remove(site: string, resource: Resource, context: ApplyContext): Promise<void>;
};

/**
 * The result of asking one container whether it works. `stopped` is true when its process does not run (or there is no such
 * container), so that nobody waits for it; `beginning` while one of its processes, of which there may be several, is being brought to
 * where it runs, so that the time that it has for its first answer does not pass yet. `detail` says what was wrong, in a few words.
 */
export type CheckResult = {
  readonly healthy: boolean;
  readonly stopped?: boolean;
  readonly beginning?: boolean;
  readonly detail?: string;
};

/** One line of a container's log; `at` in milliseconds since the epoch. */
export type LogLine = { readonly at: number; readonly stream: "stdout" | "stderr"; readonly text: string };

/** Which log lines are wanted. Times in milliseconds since the epoch. */
export type LogQuery = {
  readonly follow: boolean;
  readonly since?: number;
  /** The last so many lines. */
  readonly tail?: number;
  readonly signal: AbortSignal;
};

/** What the kernel enforces on a running container, and what it uses, read from its control group. Bytes, cores, counts, milliseconds. */
export type Enforced = {
  readonly memory: number;
  readonly cpu: number;
  /** Absent where nothing is known to limit them. */
  readonly processes?: number;
  readonly memoryUsed: number;
  /** Processor time that it used since its start. */
  readonly processorTime: number;
};

/** One connection to try. */
export type ProbeTarget = { readonly address: string; readonly port: number };

/**
 * What came of it: `reached` somebody answered, were it only by refusing the port (so the way is open); `refused` the way is
 * closed (an administrative refusal, no route, or silence).
 */
export type ProbeResult = ProbeTarget & { readonly result: "reached" | "refused" };

/** One thing that a machine needs, found against expected. */
export type Finding = {
  /** Stable, for machines: `podman`, `port-443`. */
  readonly name: string;
  readonly state: "fine" | "warning" | "wrong";
  /** What was found, in a short phrase for people. */
  readonly found: string;
  readonly expected?: string;
  /** A command or an edit. */
  readonly fix?: string;
};

/** What somebody changed, as far as whoever noticed can tell. */
export type Changed = "container" | "network" | "file" | "state" | "firewall";

/** A container that a change gave up, kept so that somebody can look at it. It runs no more, and nothing observes it. */
export type FailedContainer = {
  /** What it was the container of. */
  readonly id: ResourceId;
  readonly service: string;
  /** What it was made from. */
  readonly container: Container;
  /** What {@link Runtime.keepFailed} called it. */
  readonly name: string;
  readonly containerId: string;
  readonly exitCode: number;
};

/** A provider of containers can be asked more. All take ids of containers of the site; unknown ones are a user problem. */
export type Runtime = Provider & {
  /** Asks once, without waiting for it to become healthy. Never throws for an unhealthy or stopped container. */
  check(site: string, container: Container): Promise<CheckResult>;
  logs(site: string, id: ResourceId, query: LogQuery): AsyncIterable<LogLine>;
  /** Runs a command inside with the caller's terminal or streams; resolves with its exit code. */
  exec(site: string, id: ResourceId, command: readonly string[]): Promise<number>;
  enforced(site: string, id: ResourceId): Promise<Enforced>;
  /** Tries TCP connections from inside the container's network. */
  probe(site: string, id: ResourceId, targets: readonly ProbeTarget[]): Promise<readonly ProbeResult[]>;
  /** TCP ports that processes inside listen on beyond loopback, as the kernel tells. Sorted. */
  listening(site: string, id: ResourceId): Promise<readonly number[]>;
  /**
   * Whether anybody outside a container of the site has a connection to it, or may be led to it although the front door leads elsewhere
   * by now. One that is gone is not.
   */
  inUse(site: string, id: ResourceId): Promise<boolean>;
  /** Stops a container and leaves it: a plan then starts it again. It is fine when it is stopped or gone already. */
  stop(site: string, id: ResourceId, context: ApplyContext): Promise<void>;
  /**
   * Stops a container and puts it aside under a name (letters, digits, dashes), with its log and its files: it is no longer observed, and in
   * nobody's way. One that was kept for the same id before is removed. It is fine when the container is gone already. Where its version
   * before still serves beside it, under the same id, only what it was and said is put aside: applying that version again ends it.
   */
  keepFailed(site: string, id: ResourceId, name: string, context: ApplyContext): Promise<void>;
  /** The containers that are kept aside, by id. */
  failed(site: string): Promise<readonly FailedContainer[]>;
  /** The log of the one that is kept for an id. Problem: `CONTAINER_UNKNOWN`. */
  failedLogs(site: string, id: ResourceId, query: LogQuery): AsyncIterable<LogLine>;
  /** Removes what is kept aside of one service, or of all. */
  removeFailed(site: string, service?: string): Promise<void>;
  readonly snapshots: Snapshots;
  /**
   * A word soon after anything of the site may have been changed behind the plan's back: a container, network, bridge, file or
   * firewall rule was taken away or edited. It tells too much rather than too little (freehold's own work shows as well), never what it
   * was exactly: an `observe` tells. A container whose process ends is not told of, who watches it sees that in the kernel.
   * Quiet while all is quiet. Ends with the signal; throws when it cannot see any more.
   */
  changes(site: string, signal: AbortSignal): AsyncIterable<Changed>;
  /**
   * Keeps those away who work on the same site from elsewhere, until it is released or this process ends. For who holds the lock of the
   * site's ledger already. Absent where nobody can work from elsewhere. Problem: `LOCKED`.
   */
  alone?(site: string, options: AloneOptions): Promise<Alone>;
  /**
   * What would stand in the way of a step, as far as the world itself can tell without anything being done: undefined when nothing does.
   * Absent where only doing it tells.
   */
  rehearse?(site: string, step: ApplyStep, signal: AbortSignal): Promise<Problem | undefined>;
  /**
   * The addresses under which the world reaches the front door, where the world outside gives them; empty while it has given none. Absent
   * where they are this machine's own.
   */
  entrances?(site: string): Promise<readonly string[]>;
  /** The nodes that the containers of each service are on, by service. Absent where there is one machine. */
  whereabouts?(site: string): Promise<ReadonlyMap<string, readonly string[]>>;
  /** The nodes of its cluster that are gone with state. Absent where there is one machine. */
  readonly lostNodes?: LostNodes;
  /** Whether somebody elsewhere keeps the site, and has its ledger: its controller in a cluster. Absent where nobody can. */
  isKeptElsewhere?(site: string): Promise<boolean>;
  /** The ledger of a site that is kept elsewhere: a tar archive of its files, undefined while nobody there answers. */
  ledgerElsewhere?(site: string): Promise<Uint8Array | undefined>;
  /** Ends what the provider itself started (its API service). */
  close(): Promise<void>;
};
