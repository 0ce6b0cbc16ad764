import type { KubeObject } from "../client/client.ts";

/** Where the registry in a cluster lies, and on which port of its own loopback address each node finds it. */
export const registryPlace = { namespace: "freehold-images", port: 5000, nodePort: 5577, claim: "registry" } as const;

/** Public, so that nodes can pull it; `images/registry` may be loaded onto them under this name where they reach nobody. */
const image = "docker.io/library/registry:2";

const { namespace, port, nodePort, claim } = registryPlace;
const ours = { "app.kubernetes.io/managed-by": "freehold" };
const labels = (part: string): Readonly<Record<string, string>> => ({ ...ours, "app.kubernetes.io/component": part });

/**
 * A registry of one process with a volume, and on each node a mirror of it, which only the node itself can ask: container runtimes trust their
 * loopback address without TLS. Who pushes comes through the cluster's API; nobody else reaches the registry.
 */
export function registryObjects(storageClass?: string): readonly KubeObject[] {
  const named = (
    apiVersion: string,
    kind: string,
    name: string,
    rest: Readonly<Record<string, unknown>>,
  ): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name, namespace, labels: ours },
    ...rest,
  });
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      // The mirrors have a port of their node, which lesser levels forbid.
      metadata: { name: namespace, labels: { ...ours, "pod-security.kubernetes.io/enforce": "privileged" } },
    },
    named("networking.k8s.io/v1", "NetworkPolicy", "default", {
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    }),
    named("networking.k8s.io/v1", "NetworkPolicy", "mirror", {
      spec: { podSelector: { matchLabels: labels("mirror") }, policyTypes: ["Egress"], egress: [toRegistry, toNames] },
    }),
    named("networking.k8s.io/v1", "NetworkPolicy", "registry", {
      spec: {
        podSelector: { matchLabels: labels("registry") },
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: { matchLabels: labels("mirror") } }], ports: [{ protocol: "TCP", port }] }],
      },
    }),
    named("v1", "PersistentVolumeClaim", claim, {
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "20Gi" } },
        ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
      },
    }),
    named("v1", "Service", "registry", {
      spec: { selector: labels("registry"), ports: [{ name: "registry", port, targetPort: port }] },
    }),
    named("apps/v1", "Deployment", "registry", {
      spec: {
        replicas: 1,
        strategy: { type: "Recreate" },
        selector: { matchLabels: labels("registry") },
        template: template(
          "registry",
          { persistentVolumeClaim: { claimName: claim } },
          { ports: [{ containerPort: port }] },
        ),
      },
    }),
    named("apps/v1", "DaemonSet", "mirror", {
      spec: {
        selector: { matchLabels: labels("mirror") },
        template: template(
          "mirror",
          { emptyDir: {} },
          {
            env: [
              { name: "REGISTRY_PROXY_REMOTEURL", value: `http://registry.${namespace}.svc.cluster.local:${port}` },
            ],
            ports: [{ containerPort: port, hostPort: nodePort, hostIP: "127.0.0.1" }],
          },
        ),
      },
    }),
  ];
}

const toRegistry = {
  to: [{ podSelector: { matchLabels: labels("registry") } }],
  ports: [{ protocol: "TCP", port }],
};

const toNames = {
  to: [{ namespaceSelector: {}, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

function template(
  part: string,
  data: Readonly<Record<string, unknown>>,
  container: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return {
    metadata: { labels: labels(part) },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(part === "mirror" ? { tolerations: [{ operator: "Exists" }] } : {}),
      securityContext: {
        ...{
          runAsNonRoot: true,
          runAsUser: 1000,
          runAsGroup: 1000,
          fsGroup: 1000,
          fsGroupChangePolicy: "OnRootMismatch",
        },
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name: part,
          image,
          imagePullPolicy: "IfNotPresent",
          securityContext: {
            ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
            capabilities: { drop: ["ALL"] },
          },
          resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "1", memory: "256Mi" } },
          readinessProbe: { httpGet: { path: "/v2/", port }, periodSeconds: 2 },
          volumeMounts: [{ name: "data", mountPath: "/var/lib/registry" }],
          ...container,
        },
      ],
      volumes: [{ name: "data", ...data }],
    },
  };
}
