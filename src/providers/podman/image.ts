import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Image } from "../../resource/kinds/image.ts";
import type { Observed } from "../../resource/observed.ts";
import type { ApplyContext } from "../provider.ts";
import { buildImage } from "./build.ts";
import { makePassable, namesIn } from "./directory.ts";
import { findImage } from "./image-facts.ts";
import { fileName, labels } from "./names.ts";
import { pullImage } from "./pull.ts";
import type { Builder, Session } from "./session.ts";
import { readSidecar, writeSidecar } from "./sidecar.ts";

/** At work on a reference now: several resources may name the same one. */
const underWay = new Map<string, Promise<void>>();

/** Fetches or builds an image, unless it is there. Problems: `IMAGE_PULL`, `IMAGE_BUILD`, `IMAGE_BASE`. */
export async function applyImage(session: Session, image: Image, context: ApplyContext): Promise<void> {
  const key = `${session.roots.root} ${image.reference}`;
  await underWay.get(key)?.catch(() => {});
  const work = obtain(session, image, context);
  underWay.set(key, work);
  try {
    await work;
  } finally {
    if (underWay.get(key) === work) underWay.delete(key);
  }
  const directory = imagesDirectory(session);
  await makePassable(session.layout.home, directory);
  await writeSidecar(join(directory, `${fileName(image.id)}.json`), image);
}

/** Forgets that a site uses an image. The image itself may be others' too, and stays. */
export async function forgetImage(session: Session, image: Image): Promise<void> {
  await rm(join(imagesDirectory(session), `${fileName(image.id)}.json`), { force: true });
}

/** The images that a site uses and that are in the store. */
export async function observeImages(session: Session): Promise<Observed[]> {
  const directory = imagesDirectory(session);
  const names = (await namesIn(directory)).filter((name) => name.endsWith(".json"));
  const sidecars = await Promise.all(names.map((name) => readSidecar(join(directory, name))));
  const images = sidecars.flatMap((each) => (each?.resource.kind === "image" ? [each.resource] : []));
  const present = await Promise.all(images.map((image) => isPresent(session, image)));
  return images.filter((_, index) => present[index]).map((resource) => ({ resource }));
}

/** The same for one that nobody else wants at this moment, and without a note that a site uses it. */
export async function obtain(builder: Builder, image: Image, context: ApplyContext): Promise<void> {
  if (await isPresent(builder, image)) return;
  const { source } = image;
  if (source.from === "build") await buildImage(builder, image, source, context);
  else await pullImage(builder.client, image.reference, context);
}

async function isPresent({ client }: Builder, image: Image): Promise<boolean> {
  const found = await findImage(client, image.reference);
  if (found === undefined) return false;
  return image.source.from === "registry" || found.labels.get(labels.digest) === image.source.digest;
}

function imagesDirectory({ layout }: Session): string {
  return join(layout.home, "images");
}
