import { randomBytes } from "node:crypto";
import { systemClock } from "../../src/lib/clock.ts";
import { accessFrom } from "../../src/providers/kubernetes/client/access-from.ts";
import type { KubeClient, KubeObject } from "../../src/providers/kubernetes/client/client.ts";
import { kubeClient } from "../../src/providers/kubernetes/client/kube-client.ts";
import { objectKinds } from "../../src/providers/kubernetes/client/object-kinds.ts";
import type { Session } from "../../src/providers/kubernetes/session.ts";
import { annotations, labels, marksOf } from "../../src/providers/kubernetes/translate/marks.ts";
import { keepsState } from "../../src/providers/kubernetes/translate/names-of.ts";
import type { Container } from "../../src/resource/kinds/container.ts";
import { namespaceOf } from "../../src/resource/namespace.ts";
import { nodeImage } from "./node-image.ts";

/** A site of a test's own on the cluster, whose workloads are made by hand: what reads them is tried without what writes them. */
export type HandMade = {
  readonly session: Session;
  readonly client: KubeClient;
  readonly container: Container;
  /** Makes the namespace of the container's service, of a level of Pod Security. */
  namespace(level?: "restricted" | "baseline"): Promise<void>;
  /** Makes a workload for a container. `pod`: what its pods have beyond the usual; `main`: what their process has. */
  run(
    container: Container,
    more?: { readonly pod?: object; readonly main?: object; readonly replicas?: number },
  ): Promise<void>;
  end(): Promise<void>;
};

/** Says `serving`, and answers on 8080. */
export const serve = [
  "node",
  "-e",
  "console.log('serving');process.on('SIGTERM',()=>process.exit(0));require('http').createServer((q,s)=>s.end('ok')).listen(8080)",
] as const;

/** One on the cluster of KUBECONFIG. */
export async function handMade(): Promise<HandMade> {
  const site = `td${randomBytes(3).toString("hex")}`;
  const client = kubeClient(await accessFrom(process.env), systemClock);
  const image = await nodeImage(client);
  const bring = async (): Promise<never> => {
    throw new Error("nothing is brought in this test");
  };
  const session: Session = {
    site,
    client,
    clock: systemClock,
    images: { present: async () => true, bring },
    open: async () => new Map(),
    helperImage: async () => image,
  };
  const made = new Set<string>();
  const name = namespaceOf(site, "alpha");
  return {
    session,
    client,
    container: sampleContainer(site, image),
    namespace: async (level = "restricted") => {
      made.add(name);
      const marks = { [labels.site]: site, [labels.service]: "alpha", "pod-security.kubernetes.io/enforce": level };
      await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: marks } }, { force: true });
    },
    run: async (container, more = {}) => {
      await client.apply(workload(site, container, more), { force: true });
    },
    end: async () => {
      for (const each of made)
        await client.remove(objectKinds.namespace, undefined, each, { propagation: "Background" });
      await client.close();
    },
  };
}

function sampleContainer(site: string, image: string): Container {
  return {
    kind: "container",
    id: "container/alpha/alpha",
    service: "alpha",
    needs: [],
    part: "alpha",
    replica: 1,
    image,
    command: [...serve],
    env: {},
    network: { mode: "service", id: "network/alpha", address: `alpha.${namespaceOf(site, "alpha")}.svc.cluster.local` },
    hosts: {},
    mounts: [],
    scratch: [],
    capabilities: [],
    limits: { memory: 128 * 1024 * 1024, cpu: 0.5, processes: 50 },
    check: { ask: { by: "tcp", port: 8080 }, every: 1000, timeout: 1000, within: 20_000 },
  };
}

function workload(
  site: string,
  container: Container,
  { pod = {}, main = {}, replicas = 1 }: { readonly pod?: object; readonly main?: object; readonly replicas?: number },
): KubeObject {
  const marks = marksOf(site, container);
  const { ask } = container.check;
  return {
    apiVersion: "apps/v1",
    kind: keepsState(container) ? "StatefulSet" : "Deployment",
    metadata: {
      name: container.part,
      namespace: namespaceOf(site, container.service),
      labels: marks.labels,
      annotations: { ...marks.annotations, [annotations.resource]: JSON.stringify(container) },
    },
    spec: {
      replicas,
      ...(keepsState(container) ? { serviceName: container.part } : {}),
      selector: { matchLabels: { [labels.part]: container.part } },
      template: {
        metadata: { labels: marks.labels },
        spec: {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 5,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            runAsGroup: 1000,
            fsGroup: 1000,
            seccompProfile: { type: "RuntimeDefault" },
          },
          ...pod,
          containers: [
            {
              name: container.part,
              image: container.image,
              imagePullPolicy: "IfNotPresent",
              command: container.command,
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
              resources: {
                limits: { memory: String(container.limits.memory), cpu: String(container.limits.cpu) },
                requests: { memory: "16Mi", cpu: "10m" },
              },
              ...("port" in ask ? { readinessProbe: { tcpSocket: { port: ask.port }, periodSeconds: 1 } } : {}),
              ...main,
            },
          ],
        },
      },
    },
  };
}
