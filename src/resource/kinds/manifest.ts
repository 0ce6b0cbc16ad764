import type { ResourceBase } from "../base.ts";
import type { Json } from "../digest.ts";

/** An object of Kubernetes that a person wrote. Clusters alone have such. */
export type Manifest = ResourceBase & {
  readonly kind: "manifest";
  /** The namespace of its service, in which it lies whatever it is. */
  readonly namespace: string;
  /** As it was written, without a namespace. */
  readonly object: RawObject;
};

/** What every object of Kubernetes has, and whatever else was written. */
export type RawObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [key: string]: Json };
  readonly [key: string]: Json;
};
