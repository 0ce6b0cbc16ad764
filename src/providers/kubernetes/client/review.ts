import { at } from "../../../lib/json.ts";
import type { Api } from "./api.ts";
import type { ObjectKind } from "./object.ts";
import { collectionPath } from "./path.ts";

const reviews: ObjectKind = {
  apiVersion: "authorization.k8s.io/v1",
  kind: "SelfSubjectAccessReview",
  plural: "selfsubjectaccessreviews",
  namespaced: false,
};

/** What one wants to do. */
export type Wish = {
  readonly verb: string;
  readonly kind: ObjectKind;
  readonly namespace?: string | undefined;
  readonly subresource?: string | undefined;
};

/** Whether the cluster would let us. */
export async function mayWe(api: Api, { verb, kind, namespace, subresource }: Wish): Promise<boolean> {
  const [group, version] = kind.apiVersion.includes("/") ? kind.apiVersion.split("/") : ["", kind.apiVersion];
  const resourceAttributes = { verb, group, version, resource: kind.plural, namespace, subresource };
  const body = JSON.stringify({ apiVersion: reviews.apiVersion, kind: reviews.kind, spec: { resourceAttributes } });
  const said = await api.value(
    { verb: "create", kind: reviews },
    { method: "POST", path: collectionPath(reviews, undefined), body },
  );
  return at(said, "status", "allowed") === true;
}
