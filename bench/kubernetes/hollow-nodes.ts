import type { Clock } from "../../src/lib/clock.ts";
import { listAt, textAt } from "../../src/lib/json.ts";
import { fail } from "../../src/lib/problem.ts";
import type { KubeClient, KubeObject } from "../../src/providers/kubernetes/client/client.ts";
import { objectKinds } from "../../src/providers/kubernetes/client/object-kinds.ts";

const prefix = "hollow-";

/** Where the cluster looks whether nodes are alive, and how often they say so, in milliseconds. */
const lives = { namespace: "kube-node-lease", every: 10_000 } as const;

/**
 * Nodes without machines: the scheduler gives them pods, which they only say that they run. So an API server alone behaves as with a large
 * cluster, and nothing but the API is measured. Works until the signal, then takes the nodes away. Problem: `CLUSTER_HAS_NODES`, since the
 * scheduler would give such nodes what others want to run.
 */
export async function hollowNodes(
  client: KubeClient,
  clock: Clock,
  count: number,
  signal: AbortSignal,
): Promise<Ending> {
  await refuseOthers(client);
  const names = Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
  for (const name of names) {
    await client.create(node(name, clock));
    await client.create(lease(name, clock));
  }
  const working = Promise.all([breathe(client, clock, names, signal), runPods(client, clock, signal)]);
  return {
    ended: working.then(async () => {
      for (const name of names) await remove(client, name);
    }),
  };
}

/** Nodes that work, until this. */
export type Ending = { readonly ended: Promise<void> };

async function refuseOthers(client: KubeClient): Promise<void> {
  for await (const { metadata } of client.list(objectKinds.node, {})) {
    if (metadata.name.startsWith(prefix)) await remove(client, metadata.name);
    else
      fail("CLUSTER_HAS_NODES", `expected an API server without nodes, got ${metadata.name}`, {
        hint: "NODES=0 ../shared/kube-lab/kube-lab run npm run bench -- kubernetes",
      });
  }
}

async function remove(client: KubeClient, name: string): Promise<void> {
  await client.remove(objectKinds.lease, lives.namespace, name, { propagation: "Background" });
  await client.remove(objectKinds.node, undefined, name, { propagation: "Background" });
}

function node(name: string, clock: Clock): KubeObject {
  const room = { cpu: "4000", memory: "16000Gi", pods: "20000", "ephemeral-storage": "16000Gi" };
  const now = time(clock);
  const ready = { type: "Ready", status: "True", reason: "Hollow", lastHeartbeatTime: now, lastTransitionTime: now };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" } },
    status: { capacity: room, allocatable: room, conditions: [ready] },
  };
}

function lease(name: string, clock: Clock): KubeObject {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: lives.namespace },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTime(clock) },
  };
}

async function breathe(client: KubeClient, clock: Clock, names: readonly string[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(lives.every, signal).catch(() => {}); // the loop sees it
    if (signal.aborted) return;
    const spec = { renewTime: microTime(clock) };
    for (const name of names) await client.patch(objectKinds.lease, lives.namespace, name, { spec }, "merge");
  }
}

/** Pods that are given to a hollow node run at once; those that are to go are gone at once. */
async function runPods(client: KubeClient, clock: Clock, signal: AbortSignal): Promise<void> {
  let address = 0;
  const see = async (pod: KubeObject): Promise<void> => {
    const { name, namespace, deletionTimestamp } = pod.metadata;
    if (!textAt(pod, "spec", "nodeName").startsWith(prefix)) return;
    if (deletionTimestamp !== undefined)
      return client.remove(objectKinds.pod, namespace, name, { grace: 0, propagation: "Background" });
    if (textAt(pod, "status", "phase") !== "Pending") return;
    address += 1;
    await client.patch(objectKinds.pod, namespace, name, { status: running(pod, address, clock) }, "merge", {
      subresource: "status",
    });
  };
  const calm = (seeing: Promise<void>): Promise<void> => seeing.catch(() => {}); // whatever it was, the pod is seen again when it changes
  for await (const event of client.watch(objectKinds.pod, { signal })) {
    if (event.type === "RELIST") for await (const pod of client.list(objectKinds.pod, {})) void calm(see(pod));
    else if (event.type !== "DELETED") void calm(see(event.object));
  }
}

function running(pod: KubeObject, address: number, clock: Clock): object {
  const now = time(clock);
  const types = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];
  const podIP = `10.240.${Math.floor(address / 250) % 250}.${1 + (address % 250)}`;
  return {
    phase: "Running",
    startTime: now,
    podIP,
    podIPs: [{ ip: podIP }],
    conditions: types.map((type) => ({ type, status: "True", lastTransitionTime: now })),
    containerStatuses: listAt(pod, "spec", "containers").map((container) => ({
      name: textAt(container, "name"),
      image: textAt(container, "image"),
      imageID: "",
      containerID: `hollow://${pod.metadata.uid}`,
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: now } },
    })),
  };
}

function time(clock: Clock): string {
  return new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
}

function microTime(clock: Clock): string {
  return new Date(clock.now()).toISOString().replace("Z", "000Z");
}
