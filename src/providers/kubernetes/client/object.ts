/** Who an object belongs to, when it goes with that. */
export type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
};

/** What every object of Kubernetes has. What we write needs a name only; the rest is what the cluster adds. */
export type Metadata = {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly uid?: string;
  /** Opaque: told apart, never compared by size. */
  readonly resourceVersion?: string;
  readonly generation?: number;
  /** RFC 3339. */
  readonly creationTimestamp?: string;
  /** There while the object waits to go (its finalizers, its grace). */
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly unknown[];
};

/** One object, as plain JSON. What is read from a cluster is taken apart by the readers of lib/json.ts. */
export type KubeObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [key: string]: unknown;
};

/** A kind of objects: what one says of itself, and where the API serves them. */
export type ObjectKind = {
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** As in the path: `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
};
