import type { Part } from "../site/site.ts";
import { isMaintained } from "./built-image.ts";
import type { Place } from "./places.ts";

/** The user inside all images that freehold maintains, unless the file says another. */
const maintainedUser = 1000;

/**
 * The user id inside that reads what freehold writes for a part, as far as the site tells. A name, or an image's own user, is known only
 * when a container is made: whoever makes it then gives live files to that user.
 */
export function userInside({ user, image }: Part): number {
  const written = /^(\d+)(?::\d+)?$/.exec(user ?? "")?.[1];
  if (written !== undefined) return Number(written);
  return image.from === "static" || (image.from === "build" && isMaintained(image.name)) ? maintainedUser : 0;
}

/** The same user as the machine knows it; on a cluster there is no other than the one inside. */
export function ownerIn({ users = 0 }: Pick<Place, "users">, part: Part): number {
  return users + userInside(part);
}
