import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Image } from "../../../resource/kinds/image.ts";
import type { Resource } from "../../../resource/resource.ts";
import type { ImageFacts } from "../session.ts";
import { factsIn } from "./containerfile.ts";

/**
 * What is known of images without asking anybody, by their references: of those that are built, what their Containerfiles say. They are
 * pulled from a registry where there is one; else nodes must have them.
 */
export async function knownImages(
  resources: readonly Resource[],
  registry: string | undefined,
): Promise<ReadonlyMap<string, ImageFacts>> {
  const images = resources.filter((resource) => resource.kind === "image");
  const known = await Promise.all(images.map((image) => factsOf(image, registry)));
  return new Map(known.flat());
}

async function factsOf(
  { reference, source }: Image,
  registry: string | undefined,
): Promise<readonly (readonly [string, ImageFacts])[]> {
  if (source.from === "registry") return [];
  const pulled = registry === undefined ? reference : reference.replace(/^localhost\//, `${registry}/`);
  const text = await readFile(join(source.context, "Containerfile"), "utf8");
  return [[reference, factsIn(text, pulled)]];
}
