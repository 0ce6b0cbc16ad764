import type { Clock } from "../../lib/clock.ts";
import type { Image } from "../../resource/kinds/image.ts";
import type { ApplyContext } from "../apply-context.ts";
import type { Roots } from "../layout.ts";
import { podmanClient } from "./client.ts";
import { obtain } from "./image.ts";
import { type ImageFacts, needImage } from "./image-facts.ts";
import { type PodmanCall, preparePodman } from "./prepare.ts";
import { podmanService } from "./service.ts";

/** Freehold's own Podman, for those who need images and run nothing here. */
export type ImageBuilder = {
  /** Builds an image unless it is there, and tells what it says of itself. Problems: `IMAGE_BUILD`, `IMAGE_BASE`, `RUNTIME_MISSING`. */
  build(image: Image, context: ApplyContext): Promise<ImageFacts>;
  /** The environment in which other programs find what was built, as `containers-storage:REFERENCE`. */
  storage(): Promise<NodeJS.ProcessEnv>;
  close(): Promise<void>;
};

/** A builder that keeps its images where freehold on one machine does. Nothing is started before it is needed. */
export function imageBuilder({ roots, clock }: { readonly roots: Roots; readonly clock: Clock }): ImageBuilder {
  let prepared: Promise<PodmanCall> | undefined;
  const call = (): Promise<PodmanCall> => {
    prepared ??= preparePodman(roots);
    return prepared;
  };
  const service = podmanService(call, clock);
  const client = podmanClient(service);
  return {
    build: async (image, context) => {
      await obtain({ client, call }, image, context);
      return needImage(client, image.reference);
    },
    storage: async () => (await call()).env,
    close: () => service.close(),
  };
}
