import type { Part } from "../site/site.ts";
import { isMaintained } from "./built-image.ts";

/** The user inside all images that freehold maintains, unless the file says another. */
const maintainedUser = 1000;

/** The user id inside that reads what freehold writes for a part. A name that only the image knows counts as root's. */
export function userInside({ user, image }: Part): number {
  const written = /^(\d+)(?::\d+)?$/.exec(user ?? "")?.[1];
  if (written !== undefined) return Number(written);
  return image.from === "static" || (image.from === "build" && isMaintained(image.name)) ? maintainedUser : 0;
}
