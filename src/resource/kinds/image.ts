import type { ResourceBase } from "../base.ts";

/** An image that must be present before a container starts from it. Never removed by a plan. */
export type Image = ResourceBase & {
  readonly kind: "image";
  /** What containers name: `docker.io/library/nginx:1.29`, or `localhost/freehold/git:DIGEST12` for a built one. */
  readonly reference: string;
  readonly source:
    | { readonly from: "registry" }
    | { readonly from: "build"; readonly context: string; readonly digest: string };
};
