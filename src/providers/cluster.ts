import { join } from "node:path";
import type { Clock } from "../lib/clock.ts";
import { openValuesApart } from "../secrets/apart.ts";
import { identities } from "../secrets/identities.ts";
import { openValues } from "../secrets/open.ts";
import { type AroundPods, aroundPods } from "./kubernetes/around-pods.ts";
import { authorityIn } from "./kubernetes/authority-in.ts";
import { accessFrom } from "./kubernetes/client/access-from.ts";
import type { KubeClient } from "./kubernetes/client/client.ts";
import { kubeClient } from "./kubernetes/client/kube-client.ts";
import { installController, isControlled } from "./kubernetes/controller/install.ts";
import { controllerLedger } from "./kubernetes/controller/ledger.ts";
import { entrancesOf } from "./kubernetes/entrances.ts";
import { type ExaminedCluster, examineCluster, unanswered } from "./kubernetes/examine.ts";
import { controllerImage } from "./kubernetes/images/controller.ts";
import { clusterImages } from "./kubernetes/images/images.ts";
import { holdLease } from "./kubernetes/lease/hold.ts";
import { leaseIdentity } from "./kubernetes/lease/identity.ts";
import { kubernetesRuntime } from "./kubernetes/provider.ts";
import type { SessionParts } from "./kubernetes/session.ts";
import { whereaboutsOf } from "./kubernetes/whereabouts.ts";
import { controllerSite, withinSite } from "./kubernetes/within-site.ts";
import type { Roots } from "./layout.ts";
import type { Finding, Runtime } from "./provider.ts";
import { retrying } from "./retry.ts";

/** What matters of a site's engine for who talks to its cluster. */
export type ClusterEngine = {
  /** The context of the kubeconfig; within the cluster itself the pod's own access is taken instead. */
  readonly context: string;
  readonly registry?: string;
  readonly storageClass?: string;
  /** Milliseconds; see site.yaml. */
  readonly nodeLostAfter?: number;
};

/** What a cluster is spoken to with. */
export type ClusterOptions = {
  readonly roots: Roots;
  readonly clock: Clock;
  /** Where a kubeconfig is found, and the keys of age of whoever calls. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cluster: ClusterEngine;
  /** Where freehold lies: an image of it looks into pods that have no programs of their own. */
  readonly home: string;
  /** Of who lives for months: secrets are then opened with the machine's key alone, in processes of their own. */
  readonly secrets?: "apart";
};

/**
 * The runtime of a cluster: its own objects for everything, one lease for each site, tried again where that helps. Asks nothing of the cluster
 * before it is needed. Problems: `CONTEXT_UNKNOWN`, `KUBECONFIG_BROKEN`.
 */
export async function clusterRuntime(options: ClusterOptions): Promise<Runtime> {
  const { roots, clock, env } = options;
  const client = await clientOf(options);
  const images = imagesOf(options, client);
  const runtime = kubernetesRuntime(partsOf(options, client, images));
  return retrying(
    {
      ...runtime,
      alone: async (site, how) => holdLease({ client, clock, site, identity: await leaseIdentity(roots) }, how),
      whereabouts: (site) => whereaboutsOf(client, site),
      entrances: (site) => entrancesOf(client, site),
      isKeptElsewhere: async (site) => controllerSite(env) === undefined && (await isControlled(client, site)),
      ledgerElsewhere: (site) => controllerLedger(client, site),
      close: async () => {
        await runtime.close();
        await images.close();
        await client.close();
      },
    },
    clock,
  );
}

/** The certificate (PEM) of the authority that a site has in its cluster; undefined before the first `up`. */
export function clusterAuthority(options: ClusterOptions, site: string): Promise<string | undefined> {
  return asking(options, (client) => authorityIn(client, site));
}

/** What a cluster has and lacks for a site; never throws. */
export async function examineClusterOf(
  options: ClusterOptions,
  site: ExaminedCluster["site"],
): Promise<readonly Finding[]> {
  const { clock } = options;
  try {
    return await asking(options, (client) => examineCluster({ client, clock, site }));
  } catch (thrown) {
    return unanswered(thrown);
  }
}

/** What a controller is to know from the beginning: archives (tar) of what is known of its site, and the file with the key of its secrets. */
export type Handover = {
  readonly home: Uint8Array | undefined;
  readonly trust: Uint8Array | undefined;
  readonly keys: string;
};

/** Makes the controller of a site in its cluster, or brings it up to date. Problems: `CONTROLLER_UNSTARTED`, `CONTROLLER_FAILED`. */
export function installClusterController(
  options: ClusterOptions,
  site: string,
  { home: handover, trust, keys }: Handover,
  signal: AbortSignal,
): Promise<void> {
  const { clock, cluster } = options;
  const { storageClass, nodeLostAfter } = cluster;
  return asking(options, async (client) => {
    const images = imagesOf(options, client);
    try {
      const image = await helperImage(options, images)();
      await installController({
        ...{ client, clock, signal, site, image, keys, handover, trust },
        ...(storageClass !== undefined && { storageClass }),
        duties: nodeLostAfter === undefined ? [] : ["lost nodes"],
      });
    } finally {
      await images.close();
    }
  });
}

/** What lies around the pods of a cluster. */
export function clusterSurroundings(options: ClusterOptions): Promise<AroundPods> {
  return asking(options, aroundPods);
}

async function asking<T>(options: ClusterOptions, work: (client: KubeClient) => Promise<T>): Promise<T> {
  const client = await clientOf(options);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

async function clientOf({ env, cluster, clock }: ClusterOptions): Promise<KubeClient> {
  const client = kubeClient(await accessFrom(env, cluster.context, clock), clock);
  const site = controllerSite(env);
  return site === undefined ? client : withinSite(client, site, clock);
}

function imagesOf({ roots, clock, env, cluster }: ClusterOptions, client: KubeClient) {
  const { registry } = cluster;
  return clusterImages({ client, roots, clock, env, ...(registry !== undefined && { registry }) });
}

function partsOf(options: ClusterOptions, client: KubeClient, images: SessionParts["images"]): SessionParts {
  const { roots, clock, env, cluster, secrets } = options;
  const { storageClass, nodeLostAfter } = cluster;
  return {
    client,
    clock,
    images,
    open: async (sealed) =>
      secrets === "apart" ? openValuesApart(sealed, roots.root) : openValues(sealed, await identities(env, roots.root)),
    helperImage: helperImage(options, images),
    ...(storageClass !== undefined && { storageClass }),
    ...(nodeLostAfter !== undefined && { nodeLostAfter }),
  };
}

/** An image of freehold itself, brought when it is first needed; in a pod it is the pod's own, as the Deployment says. */
function helperImage({ env, home, roots }: ClusterOptions, images: SessionParts["images"]): () => Promise<string> {
  let brought: Promise<string> | undefined;
  const bring = async (): Promise<string> => {
    const image = await controllerImage(home, join(roots.root, "controller"));
    const facts = await images.bring(image, { report: () => {}, signal: AbortSignal.timeout(600_000) });
    return facts.reference;
  };
  return async () => {
    if (env.FREEHOLD_HELPER_IMAGE !== undefined) return env.FREEHOLD_HELPER_IMAGE;
    brought ??= bring().catch((thrown: unknown) => {
      brought = undefined;
      throw thrown;
    });
    return brought;
  };
}
