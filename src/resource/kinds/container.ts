import type { ResourceBase, ResourceId } from "../base.ts";

/** How we ask a running container whether it works; durations in milliseconds. */
export type Check = {
  readonly ask:
    | { readonly by: "http"; readonly port: number; readonly path: string }
    | { readonly by: "tcp"; readonly port: number }
    | { readonly by: "image" }
    | { readonly by: "running" };
  readonly every: number;
  readonly timeout: number;
  readonly within: number;
};

/** Something that a container sees at a path. */
export type Mount = {
  /**
   * A `volume` (writable), a `file` (read-only), a `certificate` (read-only and live: `current/certificate.pem`, `current/key.pem`),
   * `certificates` for the directory with every certificate of the front door, or `start` for the one with the socket of the start
   * page. A `live` file is mounted as a directory whose `current` entry always leads to the newest version.
   */
  readonly source: ResourceId | "certificates" | "start";
  readonly target: string;
  readonly live: boolean;
  /** The content's digest for a file that is not live, so that a change replaces the container. */
  readonly digest?: string;
};

/** One process with its own view of files, processes, users and network. */
export type Container = ResourceBase & {
  readonly kind: "container";
  readonly part: string;
  /** From 1. */
  readonly replica: number;
  /** Which of two containers it is that relieve each other in one place; absent: the first. */
  readonly turn?: "b";
  /** As in {@link Image.reference}. */
  readonly image: string;
  readonly command?: readonly string[];
  readonly user?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly network: /** Its address; on a cluster the name under which others find all of its replicas, `blog.home-blog.svc.cluster.local`. */
    | { readonly mode: "service"; readonly id: ResourceId; readonly address: string }
    /** The machine's own; the front door alone. */
    | { readonly mode: "machine" };
  /** Names that it can resolve beyond its own: addresses by name; on a cluster the one name in full that each stands for. */
  readonly hosts: Readonly<Record<string, readonly string[]>>;
  /** The first user id on the machine of the 65,536 that are its own; absent for the front door. */
  readonly users?: number;
  readonly mounts: readonly Mount[];
  /** Paths on a memory file system of its own. */
  readonly scratch: readonly string[];
  /**
   * `image`: what the image says it bears (labels `freehold.read-only` and `freehold.capabilities`), else a writable root
   * and the few capabilities that most images start with. A list: exactly these, with a read-only root.
   */
  readonly capabilities: "image" | readonly string[];
  readonly limits: { readonly memory: number; readonly cpu: number; readonly processes: number };
  readonly check: Check;
  /** What it is given of a {@link Secret}; another value is another digest, so it is replaced. */
  readonly secrets?: SecretsGiven;
  /** How it takes up new content of its live mounts; absent: it sees it by itself. */
  readonly reload?: Reload;
  /** What a cluster must be told; absent on one machine, where freehold sees to all of that itself. */
  readonly cluster?: OnCluster;
};

/** How a cluster runs the processes of one part: all replicas alike, under one name. */
export type OnCluster = {
  readonly replicas: number;
  /** What it may be asked for: by others that have a {@link Link} to it, and, where `visitors` come, by the front door. Sorted by port. */
  readonly ports: readonly ContainerPort[];
  /** For one of several parts that answers for its whole service: the name of all that do, and what they offer together. */
  readonly whole?: { readonly name: string; readonly ports: readonly PartPort[] };
  /** Whether a new one starts before an old one ends; else the old one must have gone. */
  readonly startFirst: boolean;
  /** For the front door: how the world reaches its ports. */
  readonly door?: "balancer" | "host-ports";
};

/** A port on which a process listens. */
export type ContainerPort = {
  readonly port: number;
  readonly protocol: "tcp" | "udp";
  readonly visitors: boolean;
  /** For the front door: the port that the world knows, where it is another. */
  readonly published?: number;
};

/** A port of a part, as one of all that its service offers. */
export type PartPort = { readonly part: string; readonly port: number; readonly protocol: "tcp" | "udp" };

/** Secrets of one resource, by name, as variables of the environment and as files at absolute paths. */
export type SecretsGiven = {
  readonly source: ResourceId;
  readonly variables: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  /** Of the sealed texts. */
  readonly digest: string;
};

/** Sends a line to a unix socket that the container made on a live mount, and expects an answer that contains a word. */
export type Reload = {
  /** The path inside the container, below a `run` directory that the provider mounts at `/run/freehold`. */
  readonly socket: string;
  readonly send: string;
  readonly expect: string;
  /** A text file among the live mounts: its lines are sent first, one after another, whatever is answered. */
  readonly before?: { readonly file: ResourceId; readonly entry: string };
  /**
   * Who took requests before a reload goes on with the connections that it has, for so many milliseconds. `ask` is answered with `shows`
   * in it while there are such.
   */
  readonly elders?: { readonly ask: string; readonly shows: string; readonly milliseconds: number };
};
