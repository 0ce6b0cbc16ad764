import type { ImageFacts } from "../session.ts";

/** What must be known beyond a resource to say it in objects of a cluster. All of it is data: nothing is asked while translating. */
export type Translation = {
  readonly site: string;
  /** The storage class of state; absent: the cluster's default. */
  readonly storageClass?: string;
  /** The commit that it comes with. */
  readonly commit?: string;
  /** What the image behind a reference of a container tells; undefined: it is not known yet, and then nothing is taken for granted. */
  readonly facts: (reference: string) => ImageFacts | undefined;
  /** For a container: how each file that it sees lies in the cluster, by resource id. See {@link FileShape}. */
  readonly shapes?: ReadonlyMap<string, FileShape>;
  /** For a file `from: "tree"`: its files, sorted by path. A single file has the path "". */
  readonly tree?: readonly TreeFile[];
  /** For a secret: the opened values, by name. */
  readonly values?: ReadonlyMap<string, string>;
  /** For a certificate. */
  readonly pair?: CertificatePair;
  /** For an image. */
  readonly image?: ImageFacts;
  /** For a network: what its containers need; `restricted` unless said. */
  readonly level?: PodSecurity;
  /** For a link to a zone: where the cluster itself is. Absent: it could not be asked. */
  readonly ranges?: ClusterRanges;
};

/** The three levels of Kubernetes' Pod Security Standards, strictest first. */
export type PodSecurity = "restricted" | "baseline" | "privileged";

/** Where a cluster is on the network, as far as it tells. All in CIDR notation or as single addresses; IPv4 and IPv6. */
export type ClusterRanges = {
  /** Addresses of its nodes. */
  readonly nodes: readonly string[];
  /** What pods and Services get their addresses from. */
  readonly inside: readonly string[];
};

/** One file of a tree, with its content. */
export type TreeFile = { readonly path: string; readonly bytes: Uint8Array; readonly executable: boolean };

/** PEM texts: the whole chain, and the key. */
export type CertificatePair = { readonly certificate: string; readonly key: string };

/**
 * How a file lies in the cluster: in one object or several of one kind, which key of each is which path. {@link shapeOf} in file-shape.ts
 * reads it back from these objects.
 */
export type FileShape = {
  readonly kind: "ConfigMap" | "Secret";
  readonly pieces: readonly FilePiece[];
};

/** One object of a file. */
export type FilePiece = { readonly name: string; readonly items: readonly FileItem[] };

/** One file in it. */
export type FileItem = { readonly key: string; readonly path: string; readonly executable: boolean };
