import { randomBytes } from "node:crypto";
import { chmod, copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/lib/clock.ts";
import type { ContractWorld } from "../../src/providers/contract.ts";
import { accessFrom } from "../../src/providers/kubernetes/client/access-from.ts";
import type { KubeClient } from "../../src/providers/kubernetes/client/client.ts";
import { kubeClient } from "../../src/providers/kubernetes/client/kube-client.ts";
import { objectKinds } from "../../src/providers/kubernetes/client/object-kinds.ts";
import { clusterImages } from "../../src/providers/kubernetes/images/images.ts";
import { kubernetesRuntime } from "../../src/providers/kubernetes/provider.ts";
import type { ClusterImages, ImageFacts } from "../../src/providers/kubernetes/session.ts";
import { retrying } from "../../src/providers/retry.ts";
import type { Image } from "../../src/resource/kinds/image.ts";
import { identities } from "../../src/secrets/identities.ts";
import { machineIdentity } from "../../src/secrets/machine-identity.ts";
import { openValues } from "../../src/secrets/open.ts";
import { commands, perlContext, reloading } from "../podman/image.ts";
import { sealedFor } from "../secrets/sealed.ts";
import { unmountBelow } from "../world/mounts.ts";
import { nodeImage } from "./node-image.ts";

/** A world of the contract's own on the cluster of KUBECONFIG: two sites that nobody else has. */
export type ClusterWorld = ContractWorld & { readonly client: KubeClient };

/** Makes one. `end` leaves nothing behind but an image in the cluster's registry. */
export async function clusterWorld(): Promise<ClusterWorld> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-cluster-"));
  const roots = { root: join(directory, "root"), run: join(directory, "run") };
  const client = kubeClient(await accessFrom(process.env), systemClock);
  const images: ClusterImages = { present: async () => true, bring: () => perlImage(client) };
  const helperImage = () => nodeImage(client);
  const open = async (sealed: Parameters<typeof openValues>[0]) => openValues(sealed, await identities({}, roots.root));
  const runtime = retrying(kubernetesRuntime({ client, clock: systemClock, images, open, helperImage }), systemClock);
  const name = `tc${randomBytes(3).toString("hex")}`;
  const [site, otherSite] = [`${name}-one`, `${name}-two`];
  return {
    runtime,
    client,
    cluster: true,
    site,
    otherSite,
    image,
    slots: [5, 6, 7],
    limitsProcesses: false,
    commands,
    seal: async (values) => sealedFor((await machineIdentity(roots.root)).recipient, values),
    reloading,
    kill: async (id) => {
      const pid = async (): Promise<number | undefined> =>
        (await runtime.observe(site)).resources.find(({ resource }) => resource.id === id)?.run?.pid;
      const before = await pid();
      await runtime.exec(site, id, ["/bin/sh", "-c", "kill -TERM 1"]);
      while ((await pid()) === before) {}
    },
    end: async () => {
      for (const each of [site, otherSite]) await removeNamespaces(client, each);
      await runtime.close();
      await client.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const reference = "localhost/freehold/contract:2";

const image: Image = {
  kind: "image",
  id: "image/test",
  service: "test",
  needs: [],
  reference,
  source: { from: "build", context: "", digest: "contract2" },
};

let brought: Promise<ImageFacts> | undefined;

/** Perl and a shell, and what the front door's image has to be told something. Brought once by each test file. */
function perlImage(client: KubeClient): Promise<ImageFacts> {
  brought ??= bringPerlImage(client).catch((thrown: unknown) => {
    brought = undefined;
    throw thrown;
  });
  return brought;
}

async function bringPerlImage(client: KubeClient): Promise<ImageFacts> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-contract-image-"));
  const roots = { root: join(directory, "root"), run: join(directory, "run") };
  const images = clusterImages({ client, roots, clock: systemClock, env: process.env });
  try {
    const context = await perlContext(directory);
    const programs = join(context, "root/usr/libexec/freehold");
    await mkdir(programs, { recursive: true });
    await copyFile(join(import.meta.dirname, "../../images/front/tell"), join(programs, "tell"));
    await chmod(join(programs, "tell"), 0o755);
    const built = { ...image, source: { from: "build", context, digest: "contract2" } } as const;
    return await images.bring(built, { report: () => {}, signal: AbortSignal.timeout(120_000) });
  } finally {
    await images.close();
    await unmountBelow(directory);
    await rm(directory, { recursive: true, force: true });
  }
}

async function removeNamespaces(client: KubeClient, site: string): Promise<void> {
  for await (const { metadata } of client.list(objectKinds.namespace, { labels: `freehold.dev/site=${site}` }))
    await client.remove(objectKinds.namespace, undefined, metadata.name, { propagation: "Background" });
}
