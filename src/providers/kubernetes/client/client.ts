import type { Duplex } from "node:stream";
import type { KubeObject, ObjectKind } from "./object.ts";

export type { KubeObject, Metadata, ObjectKind, OwnerReference } from "./object.ts";

/** Which objects of a kind: those of one namespace (all, unless said) that bear the labels (`freehold.dev/site=home,!x`). */
export type Selection = { readonly namespace?: string; readonly labels?: string };

/**
 * How objects are listed. `limit`: at most so many in one page, 500 unless said. All of them are given, page by page. `fields`: only those
 * of which this is true, as far as the cluster looks at fields of the kind (`spec.nodeName=attic`).
 */
export type ListOptions = Selection & {
  readonly fields?: string;
  readonly limit?: number;
  readonly signal?: AbortSignal;
};

/** How an object is written. `dryRun`: the cluster checks everything and answers as if, but keeps nothing. */
export type WriteOptions = { readonly dryRun?: boolean; readonly signal?: AbortSignal };

/**
 * `force`: take fields over that somebody else manages, instead of an `OBJECT_CONFLICT`. `manager`: `freehold` unless said. `onlyNew`: where
 * something has the name already it stays untouched, whoever made it, instead an `OBJECT_EXISTS`.
 */
export type ApplyOptions = WriteOptions & {
  readonly force: boolean;
  readonly manager?: string;
  readonly onlyNew?: boolean;
};

/** `subresource`: `scale`, `status`, `ephemeralcontainers`. */
export type PatchOptions = WriteOptions & { readonly subresource?: string; readonly manager?: string };

/** How a patch is meant: RFC 7396, RFC 6902, or Kubernetes' own merge that knows the keys of lists. */
export type PatchType = "merge" | "json" | "strategic";

/** What becomes of an object's dependents when it is removed: they go after it, before it, or stay. */
export type Propagation = "Background" | "Foreground" | "Orphan";

/** How an object is removed. */
export type RemoveOptions = {
  /** Only the object with this uid: another of the same name is left alone. */
  readonly uid?: string;
  /** Seconds that its processes get; what the object itself says, unless said. */
  readonly grace?: number;
  readonly propagation: Propagation;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
};

/** What is watched. */
export type WatchOptions = Selection & {
  /** A resourceVersion after which to tell. Absent: from now on; the first event is then a `RELIST`. */
  readonly from?: string;
  readonly signal: AbortSignal;
};

/**
 * What a watch tells. `RELIST`: whoever wants to know all must list now. What changes after it is told; what changed before it may not
 * have been.
 */
export type WatchEvent =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: KubeObject }
  | { readonly type: "RELIST" };

/** Which lines of a container's log. */
export type PodLogOptions = {
  readonly follow?: boolean;
  /** RFC 3339. */
  readonly sinceTime?: string;
  readonly tailLines?: number;
  /** Of the container's run before this one. */
  readonly previous?: boolean;
  /** Each line begins with its time in RFC 3339 and a blank. */
  readonly timestamps?: boolean;
  readonly signal?: AbortSignal;
};

/** The size of a terminal, in characters. */
export type TerminalSize = { readonly columns: number; readonly rows: number };

/** The streams of a command in a container. */
export type ExecOptions = {
  /** Given to the command as it comes; the command's input is closed at its end (where the cluster can, from 1.30). */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** A terminal: stdout and stderr come as one, as stdout. */
  readonly tty?: boolean;
  readonly onStdout: (bytes: Uint8Array) => void;
  readonly onStderr: (bytes: Uint8Array) => void;
  /** Sizes of the terminal, the first at once. */
  readonly resize?: AsyncIterable<TerminalSize>;
  readonly signal?: AbortSignal;
};

/** What the cluster says of itself. */
export type ClusterVersion = {
  /** `1.36`, without what distributions add. */
  readonly version: string;
  /** `v1.36.3+k3s1`. */
  readonly gitVersion: string;
  readonly platform: string;
};

/** What was asked of the cluster so far. Bytes of bodies, as they went over the wire. */
export type Requests = { readonly count: number; readonly bytesIn: number; readonly bytesOut: number };

/**
 * A cluster's API. Everything throws `ProblemError`s (see problems.ts): their `kind` says whether trying again helps. What the cluster asks to
 * try later (429, 503 with `Retry-After`) is tried again here a few times; nothing else is. Answers have 30 s, connections 5 s;
 * an answer is at most 64 MiB.
 */
export type KubeClient = {
  /** Undefined when there is no such object, or no such namespace. Problem: `KIND_UNKNOWN`. */
  get(
    kind: ObjectKind,
    namespace: string | undefined,
    name: string,
    signal?: AbortSignal,
  ): Promise<KubeObject | undefined>;
  /** Each object once. Only one page is held in memory; leave the loop early, and no further one is asked for. */
  list(kind: ObjectKind, options: ListOptions): AsyncIterable<KubeObject>;
  /**
   * Makes the object be as described where it is described (server-side apply, strict about unknown fields), and returns it as it then is.
   * Fields that this manager described before and does no more are taken away.
   */
  apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  /** Problem: `OBJECT_EXISTS`. */
  create(object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  /** Problem: `OBJECT_MISSING`. */
  patch(
    kind: ObjectKind,
    namespace: string | undefined,
    name: string,
    body: unknown,
    type: PatchType,
    options?: PatchOptions,
  ): Promise<KubeObject>;
  /** Asks for it to go: it may wait for its grace and finalizers. Fine when it is gone, or when another (`uid`) has its name. */
  remove(kind: ObjectKind, namespace: string | undefined, name: string, options: RemoveOptions): Promise<void>;
  /**
   * What changes, until the signal. Goes on with a new connection, after a growing pause, whenever one ends or cannot be made; throws only
   * for what trying again does not mend (`CLUSTER_REFUSED`, `KIND_UNKNOWN`).
   */
  watch(kind: ObjectKind, options: WatchOptions): AsyncIterable<WatchEvent>;
  /** Lines without their ends; one beyond 1 MiB is cut. Ends quietly with the signal. Problems: `CONTAINER_NOT_STARTED`, `OBJECT_MISSING`. */
  logs(namespace: string, pod: string, container: string, options: PodLogOptions): AsyncIterable<string>;
  /** Runs a command (argv, no shell) and resolves with its exit code. Problems: `EXEC_FAILED`, `OBJECT_MISSING`. */
  exec(
    namespace: string,
    pod: string,
    container: string,
    command: readonly string[],
    options: ExecOptions,
  ): Promise<number>;
  /** A connection to a port inside a pod, whatever network policies say. Problem: `FORWARD_FAILED`. */
  forward(namespace: string, pod: string, port: number, signal?: AbortSignal): Promise<Duplex>;
  /** The kinds that an API version has; empty when the cluster does not know it. Asked once, then remembered for a minute. */
  discover(apiVersion: string): Promise<readonly ObjectKind[]>;
  /** The kind that an object says it is: from the table, else by discovery. Problem: `KIND_UNKNOWN`. */
  kindOf(object: Pick<KubeObject, "apiVersion" | "kind">): Promise<ObjectKind>;
  version(): Promise<ClusterVersion>;
  /** Whether we may: `verb` as in RBAC (`get`, `create`, `patch`); `subresource`: `exec`, `log`. Absent namespace: in all. */
  review(verb: string, kind: ObjectKind, namespace?: string, subresource?: string): Promise<boolean>;
  /** The body of a plain GET: `/readyz`, `/api/v1/nodes/X/proxy/stats/summary`. The path is already encoded. */
  read(path: string, signal?: AbortSignal): Promise<string>;
  /** The name of the context, for sentences. */
  readonly context: string;
  /** The namespace that the context names, `default` unless it does. */
  readonly namespace: string;
  readonly requests: Requests;
  /** Closes all connections. Watches, logs and commands that still run end by it. */
  close(): Promise<void>;
};
