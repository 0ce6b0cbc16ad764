import { namespaceOf } from "../../../resource/namespace.ts";
import type { KubeObject } from "../client/client.ts";
import type { Duty } from "../rbac/needs.ts";
import { controllerPolicy } from "../rbac/policy.ts";
import { controllerName, controllerRoles, serviceBinding } from "../rbac/roles.ts";
import { labels, sharedMarks } from "../translate/marks.ts";
import { awhile } from "../translate/pod.ts";

/** What the controller of a site is made of. */
export type ControllerFacts = {
  readonly site: string;
  /** As nodes pull it. */
  readonly image: string;
  /** The file with the key of age that opens the site's secrets. */
  readonly keys: string;
  readonly storageClass?: string;
  /** What it is asked to do beyond its site's own namespaces. */
  readonly duties: readonly Duty[];
};

/** The port of the start page and the webhook, which the front door knows. */
const port = 8080;

/** Where things lie in its pod. The root keeps the ledger and the repository; all else is forgotten with the pod. */
export const places = {
  volume: "/var/lib/freehold",
  // its own below the volume, whose top is root's
  root: "/var/lib/freehold/root",
  run: "/run/freehold",
  keys: "/etc/freehold/keys",
} as const;

/** The user of its image. */
const user = 1000;

/** Everything of it, in the order in which it is made: what it may do, what it knows, where it keeps that, itself. */
export function controllerObjects(facts: ControllerFacts): readonly KubeObject[] {
  const { site, keys, storageClass, duties } = facts;
  const namespace = namespaceOf(site, "front");
  const own = (apiVersion: string, kind: string, rest: object, name: string = controllerName): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name, namespace, labels: { ...sharedMarks(site, "front").labels, ...chosen } },
    ...rest,
  });
  return [
    ...controllerRoles(site, duties),
    ...controllerPolicy(site, duties),
    own("v1", "ServiceAccount", { automountServiceAccountToken: false }),
    serviceBinding(site, namespace, "front"),
    own("v1", "Secret", { type: "Opaque", stringData: { "age.txt": keys } }, "controller-keys"),
    own("v1", "PersistentVolumeClaim", {
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "2Gi" } },
        ...(storageClass !== undefined && { storageClassName: storageClass }),
      },
    }),
    own("networking.k8s.io/v1", "NetworkPolicy", {
      // the API server, the remote that it follows and registries may be anywhere; only the front door comes in, by the namespace's own policy
      spec: { podSelector: { matchLabels: chosen }, policyTypes: ["Egress"], egress: [{}] },
    }),
    own("v1", "Service", {
      spec: { selector: chosen, ports: [{ name: "start", port, targetPort: "start", protocol: "TCP" }] },
    }),
    own("apps/v1", "Deployment", {
      spec: {
        replicas: 1,
        // two at a time would only wait for each other's lease, and for its volume
        strategy: { type: "Recreate" },
        selector: { matchLabels: chosen },
        template: { metadata: { labels: chosen }, spec: podSpec(facts) },
      },
    }),
  ];
}

/** What its pod is found by; no label of a resource, so that nobody takes it for one of a service. */
const chosen = { [labels.component]: controllerName } as const;

function podSpec({ site, image }: ControllerFacts): object {
  return {
    serviceAccountName: controllerName,
    // the same in the next pod: who took the lease in this place and died is relieved at once
    hostname: controllerName,
    // others wait for it: it moves as soon as those that keep nothing, if its volume can
    tolerations: awhile(),
    automountServiceAccountToken: true,
    enableServiceLinks: true,
    terminationGracePeriodSeconds: 60,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        name: controllerName,
        image,
        imagePullPolicy: "IfNotPresent",
        args: ["supervise", "--site-name", site, "--listen", String(port)],
        env: Object.entries({
          FREEHOLD_CONTROLLER: site,
          FREEHOLD_HELPER_IMAGE: image,
          FREEHOLD_ROOT: places.root,
          FREEHOLD_RUN: places.run,
          HOME: "/tmp",
        }).map(([name, value]) => ({ name, value })),
        ports: [{ name: "start", containerPort: port, protocol: "TCP" }],
        resources: { requests: { cpu: "20m", memory: "128Mi" }, limits: { memory: "512Mi" } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [
          { name: "root", mountPath: places.volume },
          { name: "keys", mountPath: places.keys, readOnly: true },
          { name: "run", mountPath: places.run },
          { name: "tmp", mountPath: "/tmp" },
        ],
      },
    ],
    volumes: [
      { name: "root", persistentVolumeClaim: { claimName: controllerName } },
      { name: "keys", secret: { secretName: "controller-keys", defaultMode: 0o440 } },
      { name: "run", emptyDir: { medium: "Memory", sizeLimit: "64Mi" } },
      { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
    ],
  };
}
