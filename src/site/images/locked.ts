import type { ImageSource, Service } from "../site.ts";
import { imageName, taggedReference } from "./image-name.ts";

/** Digests by image, as `images.lock.yaml` has them. */
export type Lock = Readonly<Record<string, string>>;

/** A service whose images are those that the lock pins. What has a digest of its own keeps it; what the lock lacks stays as written. */
export function lockedService(service: Service, lock: Lock): Service {
  return { ...service, parts: service.parts.map((part) => ({ ...part, image: lockedImage(part.image, lock) })) };
}

/** Whether what a service runs is for the lock to say. */
export function asksForLock({ parts }: Service): boolean {
  return parts.some(({ image }) => image.from === "registry" && imageName(image.reference).digest === undefined);
}

function lockedImage(image: ImageSource, lock: Lock): ImageSource {
  if (image.from !== "registry") return image;
  const name = imageName(image.reference);
  const key = taggedReference(name);
  if (name.digest !== undefined || !Object.hasOwn(lock, key)) return image;
  return { from: "registry", reference: `${key}@${lock[key]}` };
}
