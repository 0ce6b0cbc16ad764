import { numberAt, textAt } from "../../../lib/json.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { KubeObject } from "../client/client.ts";
import { sharedMarks } from "../translate/marks.ts";

/** The name of the lease of a site, in the namespace of its front door. */
export const leaseName = "freehold";

/** Seconds without a sign of life after which a holder counts as gone. */
export const leaseSeconds = 30;

/** Where it is told what the holder does. */
const whatAnnotation = "freehold.dev/what";

/** Who holds a lease, as it says itself. */
export type LeaseHolder = {
  /** `ada@attic`, or the controller's pod, with a mark that tells this place from all others. */
  readonly identity: string;
  readonly what: string;
  /** Milliseconds since the epoch; 0 if it cannot be told. */
  readonly since: number;
};

/** A lease as it was read. `sign` changes with every sign of life. */
export type ReadLease = {
  readonly version: string;
  readonly sign: string;
  readonly seconds: number;
  /** Undefined: it is free. */
  readonly holder?: LeaseHolder;
};

/** The fields of a lease that somebody takes at a moment (coordination.k8s.io/v1). */
export function takenLease(site: string, { identity, what, since }: LeaseHolder): KubeObject {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      name: leaseName,
      namespace: namespaceOf(site, "front"),
      labels: sharedMarks(site, "front").labels,
      annotations: { [whatAnnotation]: what },
    },
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: leaseSeconds,
      acquireTime: microTime(since),
      renewTime: microTime(since),
    },
  };
}

/** What a lease says. */
export function readLease({ metadata, spec }: KubeObject): ReadLease {
  const identity = textAt(spec, "holderIdentity");
  const read = {
    version: metadata.resourceVersion ?? "",
    sign: `${identity} ${textAt(spec, "renewTime")}`,
    seconds: numberAt(spec, "leaseDurationSeconds") || leaseSeconds,
  };
  if (identity === "") return read;
  const since = Date.parse(textAt(spec, "acquireTime"));
  const what = metadata.annotations?.[whatAnnotation] ?? "another freehold";
  return { ...read, holder: { identity, what, since: Number.isNaN(since) ? 0 : since } };
}

/** What a sign of life writes; refused when somebody wrote meanwhile. */
export function renewal(version: string, now: number): object {
  return { metadata: { resourceVersion: version }, spec: { renewTime: microTime(now) } };
}

/** What lets the lease go; refused when somebody wrote meanwhile. */
export function surrender(version: string): object {
  return { metadata: { resourceVersion: version }, spec: { holderIdentity: "", renewTime: null, acquireTime: null } };
}

/** A moment as Kubernetes' MicroTime wants it. */
function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}
