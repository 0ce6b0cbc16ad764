import type { Clock } from "../../../lib/clock.ts";
import { at, numberAt, textAt } from "../../../lib/json.ts";
import { fail } from "../../../lib/problem.ts";
import type { Report } from "../../apply-context.ts";
import type { KubeClient } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { forwarded } from "./forwarded.ts";
import { registryObjects, registryPlace } from "./registry-objects.ts";

/** A registry as whoever pushes sees it, for the time of the work. */
export type OpenRegistry = {
  /** `127.0.0.1:PORT`, which leads to it through the cluster's API, without TLS of its own. */
  readonly host: string;
  /** Another one after its volume was lost, and with it what was pushed. */
  readonly mark: string;
};

/** The registry that freehold runs in a cluster, one for all sites. */
export type OwnRegistry = {
  /** What nodes call it. */
  readonly nodesHost: string;
  /** The label of an image's facts that says in which registry it was. */
  readonly mark: string;
  /** Does something with the registry, which is made if there is none. Problems: `REGISTRY_NOT_READY`, those of the client. */
  use<Result>(context: Waiting, work: (registry: OpenRegistry) => Promise<Result>): Promise<Result>;
  /** Whether the registry is the one that bore this mark. */
  is(mark: string): Promise<boolean>;
};

type Waiting = { readonly report: Report; readonly signal: AbortSignal };

/** Milliseconds: until a registry serves, and for which an answer about it is good. */
const patience = 120_000;
const fresh = 10_000;

const { namespace, port, nodePort, claim } = registryPlace;

/** The registry of a cluster. Nothing is asked before it is needed. */
export function ownRegistry(client: KubeClient, clock: Clock, storageClass?: string): OwnRegistry {
  let made: Promise<void> | undefined;
  let known: { readonly at: number; readonly mark: Promise<string> } | undefined;
  const markNow = (): Promise<string> => {
    if (known === undefined || clock.elapsed() - known.at > fresh)
      known = {
        at: clock.elapsed(),
        mark: client
          .get(objectKinds.persistentVolumeClaim, namespace, claim)
          .then((found) => found?.metadata.uid ?? "none"),
      };
    return known.mark;
  };
  const ensure = async ({ report, signal }: Waiting): Promise<void> => {
    report("the cluster's registry");
    for (const object of registryObjects(storageClass)) await client.apply(object, { force: true, signal });
    known = undefined;
    await untilServes(client, clock, signal);
  };
  return {
    nodesHost: `localhost:${nodePort}`,
    mark: "freehold.dev/registry",
    is: async (mark) => mark === (await markNow()),
    use: async (waiting, work) => {
      made ??= ensure(waiting).catch((thrown: unknown) => {
        made = undefined;
        throw thrown;
      });
      await made;
      const { signal } = waiting;
      const listener = await forwarded(async () => client.forward(namespace, await podOf(client), port, signal));
      try {
        const host = `127.0.0.1:${listener.port}`;
        return await work({ host, mark: await markNow() });
      } finally {
        await listener.close();
      }
    },
  };
}

/** The registry must serve before something is pushed; a mirror, before nodes are told to pull, which would make them wait. */
async function untilServes(client: KubeClient, clock: Clock, signal: AbortSignal): Promise<void> {
  const end = clock.elapsed() + patience;
  for (;;) {
    const registry = await client.get(objectKinds.deployment, namespace, "registry", signal);
    const mirror = await client.get(objectKinds.daemonSet, namespace, "mirror", signal);
    if (numberAt(registry, "status", "readyReplicas") > 0 && numberAt(mirror, "status", "numberReady") > 0) return;
    if (clock.elapsed() > end)
      fail("REGISTRY_NOT_READY", "expected the cluster's registry to serve within two minutes, got nothing", {
        kind: "transient",
        hint: `kubectl -n ${namespace} describe pods`,
      });
    await clock.sleep(500, signal);
  }
}

async function podOf(client: KubeClient): Promise<string> {
  const labels = "app.kubernetes.io/component=registry";
  for await (const pod of client.list(objectKinds.pod, { namespace, labels })) {
    if (textAt(pod, "status", "phase") === "Running" && at(pod, "metadata", "deletionTimestamp") === undefined)
      return pod.metadata.name;
  }
  return fail("REGISTRY_NOT_READY", "expected a pod of the cluster's registry, got none", {
    kind: "transient",
    hint: `kubectl -n ${namespace} get pods`,
  });
}
