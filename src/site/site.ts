import type { Json, JsonObject } from "../lib/json-value.ts";
import type { Signer } from "../source/revision.ts";
import type { UpdatePolicy } from "./images/choose.ts";

/**
 * A loaded site: what the person wrote, checked, with every default filled in. It is plain JSON data, so that it can be
 * compared, stored and sent. Nothing below `site/` sees YAML.
 */
export type Site = {
  /** A DNS label; it names the site on the machine, whatever directory it is loaded from. */
  readonly name: string;
  /** Lower case. */
  readonly domain: string;
  /** Further domains, without `domain` itself. */
  readonly domains: readonly string[];
  readonly contact?: string;
  readonly engine: "podman" | OnKubernetes;
  readonly certificates: "local";
  readonly front: Front;
  /** Milliseconds for which state is kept of what left the site. Absent: site.yaml does not say, see `graceOf` in grace.ts. */
  readonly grace?: number | "never";
  /** How changes come in, besides by a push. Absent: site.yaml says nothing of it. */
  readonly sources?: Sources;
  /** Sorted by name. */
  readonly people: readonly Person[];
  /** Sorted by name. Services whose file has errors are not here. */
  readonly services: readonly Service[];
  readonly secrets: SealedSecrets;
  readonly images: OwnImages;
};

/** A site that runs on a cluster of Kubernetes. */
export type OnKubernetes = { readonly kubernetes: KubernetesEngine };

/** Which cluster, and what is particular about it. */
export type KubernetesEngine = {
  /** The context of the kubeconfig that leads to it. */
  readonly context: string;
  /** Where images that are built here are pushed, and the nodes pull them from: `HOST[:PORT][/PATH]`. Absent: a registry in the cluster. */
  readonly registry?: string;
  /** The storage class of state; absent: the cluster's default. */
  readonly storageClass?: string;
  /** Milliseconds for which a node may be silent until the controller declares it lost, so that its state moves; absent: a person does. */
  readonly nodeLostAfter?: number;
  /** How the world reaches the front door: an address from the cluster's load balancer, or ports of its nodes. */
  readonly door: "balancer" | "host-ports";
};

/**
 * The site's secrets as secrets.yaml has them: sealed. Nothing here is secret to those who have none of the keys, so a site can be
 * stored and shown; only what puts a secret into a container opens it.
 */
export type SealedSecrets = {
  /** Sealed texts (`ENC[AES256_GCM,…]`) by the name of the secret, sorted. Another text means another value, or a new data key. */
  readonly values: Readonly<Record<string, string>>;
  /** The data key, sealed for each recipient. */
  readonly keys: readonly SealedKey[];
};

/** A data key that one age recipient can open. */
export type SealedKey = { readonly recipient: string; readonly sealed: string };

/** The Containerfiles of freehold's own that a site runs on, whatever its services are. */
export type OwnImages = { readonly front: Tree; readonly web: Tree };

/** Where the front door listens. */
export type Front = {
  /** IPv4 or IPv6 literals; `0.0.0.0` and `::` stand for all. */
  readonly addresses: readonly string[];
  readonly http: number;
  readonly https: number;
};

/** How changes of the site come in. */
export type Sources = {
  /** Who may sign besides those on the machine's own list; absent: nobody. */
  readonly signers?: readonly Signer[];
  /** The name of the secret that signs calls of the webhook; absent: there is none. */
  readonly webhook?: string;
};

/** Somebody who may log in. */
export type Person = {
  readonly name: string;
  readonly title: string;
  readonly groups: readonly string[];
  /** OpenSSH public key lines, each without its comment: `ssh-ed25519 AAAA…`. */
  readonly keys: readonly string[];
  /** A password hash (`$argon2id$…`), of the file or of a used invitation; absent for those who cannot log in by password. */
  readonly password?: string;
  /** Mail addresses, lower case; the first is the one to send from. Without `mail` in the file: `NAME@DOMAIN`. */
  readonly addresses: readonly string[];
  /** The person may set a password of their own, once. A file has never both, a site may: see `passwords.ts` in ledger/. */
  readonly invitation?: Invitation;
};

/** Leave to set a password. Whoever knows the code may use it; the file has only its digest. */
export type Invitation = {
  /** Hex SHA-256 of the code. */
  readonly digest: string;
  /** Milliseconds since the epoch; after it the code opens nothing. */
  readonly until: number;
};

/** One service: one or more processes that belong together, or a name for something that runs elsewhere. */
export type Service = {
  readonly name: string;
  readonly title: string;
  readonly stage: "trial" | "live" | "extended" | "retired";
  /** Sorted by name. One part named like the service unless the file has `parts`. Empty for an external service. */
  readonly parts: readonly Part[];
  /** The names of several parts in the order of the file: it is the order in which they are stopped together. */
  readonly order?: readonly string[];
  readonly external?: External;
  readonly expose: readonly Exposure[];
  readonly reach: readonly Reach[];
  readonly replicas: number;
  /** How far updates of its images go. */
  readonly update: UpdatePolicy;
  /** DNS records beside those of its hosts that it needs, in the order of the file. */
  readonly records: readonly DnsRecord[];
  /** Objects of Kubernetes, in the order of the file; absent: none. */
  readonly manifests?: readonly RawObject[];
  /** What its secrets are sealed in when it is held as it was last applied; absent: the site's. */
  readonly sealed?: SealedSecrets;
};

/** An object of Kubernetes as a person wrote it, without a namespace: it lies in its service's. */
export type RawObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject & { readonly name: string };
  readonly [key: string]: Json;
};

/** One DNS record, as a line of a zone file has it (RFC 1035, section 5.1), without its time to live. */
export type DnsRecord = {
  /** In full, lower case, without a last dot: `_xmpp-client._tcp.example.org`. */
  readonly name: string;
  readonly type: "A" | "AAAA" | "CAA" | "CNAME" | "MX" | "SRV" | "TXT";
  /** What stands behind the type, names in full without a last dot; a TXT's text as one, without quotes. */
  readonly value: string;
};

/** Something that runs elsewhere and gets a name and a certificate here. */
export type External = { readonly protocol: "http" | "https"; readonly host: string; readonly port: number };

/** One host (and path) under which the front door offers a service. */
export type Exposure = {
  /** Lower case. */
  readonly host: string;
  /** Starts with `/`, without a trailing slash but for `/` itself. */
  readonly path: string;
  readonly to: "public" | "private";
  /** The name of the part that answers HTTP there; absent when only `ports` are offered, or for an external service. */
  readonly part?: string;
};

/** One thing that a service may talk to. `port` absent: every port that it offers (`service`), or every port at all. */
export type Reach =
  | { readonly to: "service"; readonly service: string; readonly port?: number; readonly protocol?: "tcp" | "udp" }
  | { readonly to: "internet" | "lan" | "machine"; readonly port?: number };

/** One process of a service, supervised on its own. */
export type Part = {
  readonly name: string;
  readonly image: ImageSource;
  readonly command?: readonly string[];
  /** As written: `1000`, `1000:1000` or a name that the image knows. */
  readonly user?: string;
  /** The HTTP port inside. */
  readonly port?: number;
  readonly ports: readonly Port[];
  /** Sorted by name. */
  readonly env: Readonly<Record<string, string>>;
  /** Where a listing of the site's people is put inside; see {@link PeopleMount}. */
  readonly people?: PeopleMount;
  /** Where a certificate for some of the site's names is put inside; see {@link CertificateMount}. */
  readonly certificate?: CertificateMount;
  /** Sorted by target. */
  readonly secrets: readonly SecretUse[];
  readonly files: readonly FileMount[];
  readonly state: readonly StateMount[];
  /** Absolute paths that may be written and are forgotten at each start. */
  readonly scratch: readonly string[];
  readonly health: Health;
  readonly limits: Limits;
};

/** Where a part's image comes from. `static` is served by freehold's own web image. */
export type ImageSource =
  | { readonly from: "registry"; readonly reference: string }
  /**
   * A Containerfile: the site's own (`build: images/blog` has the name `blog`), or one that freehold maintains, named as it is
   * written (`freehold/git`).
   */
  | { readonly from: "build"; readonly name: string; readonly context: Tree }
  | { readonly from: "static"; readonly content: Tree };

/** A directory of files that was read when the site was loaded. */
export type Tree = {
  /** Absolute. */
  readonly source: string;
  /** Hex SHA-256 over the sorted paths, modes (executable or not) and contents. Links are followed inside the site. */
  readonly digest: string;
  /** Total, in bytes. */
  readonly size: number;
};

/** A port other than HTTP. */
export type Port = {
  readonly name: string;
  readonly port: number;
  /** At the front door, when the service is exposed. */
  readonly published: number;
  readonly protocol: "tcp" | "udp";
  readonly clientAddress: "none" | "proxy-v2";
};

/**
 * A directory in which freehold keeps the people of the site for one part, and renews it without a restart, below `current/`:
 * `names` a line `NAME TITLE` for everybody, `keys` a line `NAME ssh-ed25519 AAAA…` each, `passwords` a line `NAME:HASH` each,
 * `addresses` a line `ADDRESS NAME` each: a person's own in their order; then `GROUP@DOMAIN` for each member of each group, unless a
 * person has that address; then `postmaster`, `abuse` and `hostmaster` of every domain for whoever keeps the site (who has the
 * site's `contact` address, else the group `admins`, else the first person). Only what is listed is given.
 */
export type PeopleMount = { readonly path: string; readonly give: readonly PeopleListing[] };

/** What a part may know of the people of its site. */
export type PeopleListing = "addresses" | "keys" | "names" | "passwords";

/**
 * A directory with `current/certificate.pem` (the whole chain) and `current/key.pem`, which freehold makes and renews without a
 * restart. Sorted after the first name.
 */
export type CertificateMount = { readonly path: string; readonly names: readonly string[] };

/** A secret of secrets.yaml that a part gets, as an environment variable or as a file that only its user can read. */
export type SecretUse = { readonly secret: string } & (
  | { readonly as: "variable"; readonly variable: string }
  | { readonly as: "file"; readonly path: string }
);

/** A file or a directory of the site, put at `path` inside, read-only. A change replaces the container. */
export type FileMount = { readonly path: string; readonly content: Tree };

/** Data that matters: kept through everything. `name` is unique in the part. */
export type StateMount = { readonly name: string; readonly path: string };

/** How we ask whether a part works. Durations in milliseconds. */
export type Health = {
  readonly check:
    | { readonly by: "http"; readonly port: number; readonly path: string }
    | { readonly by: "tcp"; readonly port: number }
    /** The image's own HEALTHCHECK. */
    | { readonly by: "image" }
    /** Nothing to ask: running is enough. */
    | { readonly by: "running" };
  readonly every: number;
  readonly timeout: number;
  /** How long a part may take from its start until it first answers. */
  readonly within: number;
};

/** What a part may use at most, enforced by the kernel. */
export type Limits = {
  /** Bytes. */
  readonly memory: number;
  /** Cores; 0.5 is half of one. */
  readonly cpu: number;
  readonly processes: number;
};
