import { namespaceOf } from "../../../resource/namespace.ts";
import type { KubeClient, KubeObject } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { controllerName } from "../rbac/roles.ts";
import { labels, sharedMarks } from "../translate/marks.ts";
import { awhile } from "../translate/pod.ts";

/** What it is called: its Deployment and its policy. */
export const lookoutName = "lookout";

/** What the lookout of a site is to know. */
export type LookoutFacts = {
  readonly site: string;
  /** The controller's own. */
  readonly image: string;
  /** Milliseconds of silence after which a node is lost. */
  readonly after: number;
};

/**
 * Makes sure of a lookout beside the controller: it keeps nothing, so it moves in seconds when its node is gone, and then helps the
 * controller's own state to move. `after` undefined: takes it away.
 */
export async function postLookout(
  client: KubeClient,
  { site, image, after }: Omit<LookoutFacts, "after"> & { readonly after: number | undefined },
): Promise<void> {
  if (after !== undefined) {
    for (const object of lookoutObjects({ site, image, after })) await client.apply(object, { force: true });
    return;
  }
  for (const kind of [objectKinds.deployment, objectKinds.networkPolicy])
    await client.remove(kind, namespaceOf(site, "front"), lookoutName, { propagation: "Background" });
}

/** All of it, in the order in which it is made. */
export function lookoutObjects(facts: LookoutFacts): readonly KubeObject[] {
  const metadata = {
    name: lookoutName,
    namespace: namespaceOf(facts.site, "front"),
    labels: { ...sharedMarks(facts.site, "front").labels, ...chosen },
  };
  return [
    {
      ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata },
      // the API server may be anywhere
      spec: { podSelector: { matchLabels: chosen }, policyTypes: ["Egress"], egress: [{}] },
    },
    {
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata },
      spec: {
        replicas: 1,
        selector: { matchLabels: chosen },
        template: { metadata: { labels: chosen }, spec: podSpec(facts) },
      },
    },
  ];
}

/** What its pod is found by; no label of a resource, so that nobody takes it for one of a service. */
const chosen = { [labels.component]: lookoutName } as const;

/** Where it keeps what it forgets with its pod. */
const scratch = "/run/freehold";

function podSpec({ site, image, after }: LookoutFacts): object {
  const controller = { matchLabels: { [labels.component]: controllerName } };
  const elsewhere = { topologyKey: "kubernetes.io/hostname", labelSelector: controller };
  return {
    serviceAccountName: controllerName,
    automountServiceAccountToken: true,
    enableServiceLinks: true,
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: elsewhere }],
      },
    },
    tolerations: awhile(), // as those that keep nothing
    securityContext: {
      ...{ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        ...{ name: lookoutName, image, imagePullPolicy: "IfNotPresent" },
        args: ["supervise", "--site-name", site, "--node-lost-after", String(after)],
        env: Object.entries({
          FREEHOLD_CONTROLLER: site,
          FREEHOLD_HELPER_IMAGE: image,
          FREEHOLD_ROOT: `${scratch}/root`,
          FREEHOLD_RUN: `${scratch}/run`,
          HOME: "/tmp",
        }).map(([name, value]) => ({ name, value })),
        resources: { requests: { cpu: "10m", memory: "96Mi" }, limits: { memory: "256Mi" } },
        securityContext: {
          ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [
          { name: "scratch", mountPath: scratch },
          { name: "tmp", mountPath: "/tmp" },
        ],
      },
    ],
    volumes: ["scratch", "tmp"].map((name) => ({ name, emptyDir: { sizeLimit: "64Mi" } })),
  };
}
