import type { Clock } from "../lib/clock.ts";
import { openValuesApart } from "../secrets/apart.ts";
import { identities } from "../secrets/identities.ts";
import { openValues } from "../secrets/open.ts";
import { accessFrom } from "./kubernetes/client/access-from.ts";
import type { KubeClient } from "./kubernetes/client/client.ts";
import { kubeClient } from "./kubernetes/client/kube-client.ts";
import { entrancesOf } from "./kubernetes/entrances.ts";
import { clusterImages } from "./kubernetes/images/images.ts";
import { holdLease } from "./kubernetes/lease/hold.ts";
import { leaseIdentity } from "./kubernetes/lease/identity.ts";
import { kubernetesRuntime } from "./kubernetes/provider.ts";
import type { SessionParts } from "./kubernetes/session.ts";
import type { Roots } from "./layout.ts";
import type { Runtime } from "./provider.ts";
import { retrying } from "./retry.ts";

/** What matters of a site's engine for who talks to its cluster. */
export type ClusterEngine = {
  /** The context of the kubeconfig; within the cluster itself the pod's own access is taken instead. */
  readonly context: string;
  readonly registry?: string;
  readonly storageClass?: string;
};

/** What a cluster's runtime is made with. */
export type ClusterOptions = {
  readonly roots: Roots;
  readonly clock: Clock;
  /** Where a kubeconfig is found, and the keys of age of whoever calls; `FREEHOLD_HELPER_IMAGE` names an image of freehold that nodes have. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cluster: ClusterEngine;
  /** Of who lives for months: secrets are then opened with the machine's key alone, in processes of their own. */
  readonly secrets?: "apart";
};

/**
 * The runtime of a cluster: its own objects for everything, one lease for each site, tried again where that helps. Asks nothing of the cluster
 * before it is needed. Problems: `CONTEXT_UNKNOWN`, `KUBECONFIG_BROKEN`.
 */
export async function clusterRuntime(options: ClusterOptions): Promise<Runtime> {
  const { roots, clock, env, cluster } = options;
  const client = kubeClient(await accessFrom(env, cluster.context, clock), clock);
  const images = clusterImages({ client, roots, clock, env, ...registryOf(cluster) });
  const runtime = kubernetesRuntime(partsOf(options, client, images));
  return retrying(
    {
      ...runtime,
      alone: async (site, how) => holdLease({ client, clock, site, identity: await leaseIdentity(roots) }, how),
      entrances: (site) => entrancesOf(client, site),
      close: async () => {
        await runtime.close();
        await images.close();
        await client.close();
      },
    },
    clock,
  );
}

function partsOf(
  { roots, clock, env, cluster, secrets }: ClusterOptions,
  client: KubeClient,
  images: SessionParts["images"],
): SessionParts {
  const { storageClass } = cluster;
  const helperImage = env.FREEHOLD_HELPER_IMAGE;
  return {
    client,
    clock,
    images,
    open: async (sealed) =>
      secrets === "apart" ? openValuesApart(sealed, roots.root) : openValues(sealed, await identities(env, roots.root)),
    ...(storageClass !== undefined && { storageClass }),
    ...(helperImage !== undefined && { helperImage: async () => helperImage }),
  };
}

function registryOf({ registry }: ClusterEngine): { readonly registry?: string } {
  return registry === undefined ? {} : { registry };
}
