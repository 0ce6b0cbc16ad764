import type { Clock } from "../../../lib/clock.ts";
import type { Image } from "../../../resource/kinds/image.ts";
import type { ApplyContext } from "../../apply-context.ts";
import type { Roots } from "../../layout.ts";
import { imageBuilder } from "../../podman/image-builder.ts";
import type { KubeClient } from "../client/client.ts";
import type { ClusterImages, ImageFacts } from "../session.ts";
import { imagesOnNodes } from "./on-nodes.ts";
import { type OwnRegistry, ownRegistry } from "./own-registry.ts";
import { inspectImage, pushImage } from "./registry-image.ts";

/** What images are brought with. */
export type ImagesOptions = {
  readonly client: KubeClient;
  /** Where freehold's own Podman keeps what it builds. */
  readonly roots: Roots;
  readonly clock: Clock;
  /** With what a registry's logins are found; see containers-auth.json(5). */
  readonly env: NodeJS.ProcessEnv;
  /** `HOST[:PORT][/PATH]`. Absent: a registry in the cluster, made when it is first needed. */
  readonly registry?: string;
};

/**
 * How images come to a cluster's nodes. What is built is built here, and pushed under the digest of what it was built from, unless the
 * registry has it or somebody loaded it onto every node. What comes from a registry, nodes pull from there themselves.
 */
export function clusterImages(options: ImagesOptions): ClusterImages & { close(): Promise<void> } {
  const { client, clock, env } = options;
  const builder = imageBuilder(options);
  const onNodes = imagesOnNodes(client, clock);
  const own = ownRegistry(client, clock);
  return {
    present: async ({ reference, labels }) => {
      const from = labels[own.mark];
      if (from !== undefined) return own.is(from);
      return !reference.startsWith("localhost/") || onNodes(reference);
    },
    bring: async (image, context) => {
      if (image.source.from === "registry") return pulled(image.reference, env, context);
      const there = await inOwnersRegistry(options, image, context);
      if (there !== undefined) return there;
      const { labels, user } = await builder.build(image, context);
      const facts = { labels: Object.fromEntries(labels), user };
      const inRegistry = `${options.registry ?? own.nodesHost}/${nameIn(image)}`;
      if (await onNodes(image.reference, inRegistry)) return { ...facts, reference: image.reference };
      const storage = { ...env, ...(await builder.storage()) };
      return options.registry === undefined
        ? toOwn(own, image, facts, storage, context)
        : toRegistry(options.registry, image, facts, storage, context);
    },
    close: () => builder.close(),
  };
}

/**
 * What the registry that site.yaml names has already is built by nobody: its name has the digest of what it is built from. So who has no Podman, a
 * controller in a cluster, can use what was built elsewhere.
 */
async function inOwnersRegistry(
  { registry, env }: ImagesOptions,
  image: Image,
  { report, signal }: ApplyContext,
): Promise<ImageFacts | undefined> {
  if (registry === undefined) return undefined;
  report("asking its registry");
  const reference = `${registry}/${nameIn(image)}`;
  const said = await inspectImage(reference, { env, signal, transport: "tls" });
  return said === undefined ? undefined : { ...said, reference };
}

type Said = Omit<ImageFacts, "reference">;

/** A registry that only nodes can ask leaves us without facts: the image is then run as one that says nothing of itself. */
async function pulled(
  reference: string,
  env: NodeJS.ProcessEnv,
  { report, signal }: ApplyContext,
): Promise<ImageFacts> {
  report("asking its registry");
  const said = await inspectImage(reference, { env, signal, transport: "tls" });
  return { reference, labels: {}, user: "", ...said };
}

async function toRegistry(
  registry: string,
  image: Image,
  facts: Said,
  env: NodeJS.ProcessEnv,
  { report, signal }: ApplyContext,
): Promise<ImageFacts> {
  const reference = `${registry}/${nameIn(image)}`;
  const asking = { env, signal, transport: "tls" } as const;
  if ((await inspectImage(reference, asking)) === undefined) {
    report("pushing");
    await pushImage(image.reference, reference, asking);
  }
  return { ...facts, reference };
}

function toOwn(
  own: OwnRegistry,
  image: Image,
  facts: Said,
  env: NodeJS.ProcessEnv,
  { report, signal }: ApplyContext,
): Promise<ImageFacts> {
  return own.use({ report, signal }, async ({ host, mark }) => {
    const asking = { env, signal, transport: "plain" } as const;
    if ((await inspectImage(`${host}/${nameIn(image)}`, asking)) === undefined) {
      report("pushing");
      await pushImage(image.reference, `${host}/${nameIn(image)}`, asking);
    }
    return { ...facts, labels: { ...facts.labels, [own.mark]: mark }, reference: `${own.nodesHost}/${nameIn(image)}` };
  });
}

/** `freehold/git:3f2a…`: what stands for the machine is no part of it. */
function nameIn({ reference }: Image): string {
  return reference.replace(/^localhost\//, "");
}
