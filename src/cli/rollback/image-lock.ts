import { lockText } from "../../site/images/lock-text.ts";
import { referredImages } from "../../site/referred.ts";
import { settingsOf } from "../../site/settings.ts";
import type { ServiceTexts } from "./paths.ts";

/**
 * The lock of images as it is now, with what it said before of the images that some services had. Undefined when there is none, as
 * before. A lock that nobody can read stays as it is.
 */
export function lockWith(
  now: string | undefined,
  before: string | undefined,
  services: readonly ServiceTexts[],
): string | undefined {
  const [current, old] = [digestsIn(now), digestsIn(before)];
  if (current === undefined || old === undefined) return now;
  const images = services.flatMap(({ name, before: text }) =>
    text === undefined ? [] : referredImages(`services/${name}.yaml`, text),
  );
  const wanted = new Map(current);
  for (const image of images) {
    const digest = old.get(image);
    if (digest === undefined) wanted.delete(image);
    else wanted.set(image, digest);
  }
  const same = wanted.size === current.size && [...wanted].every(([image, digest]) => current.get(image) === digest);
  return same ? now : lockText(Object.fromEntries(wanted));
}

/** Digests by image; none in a file that is not there, undefined for one that nobody can read. */
function digestsIn(text: string | undefined): ReadonlyMap<string, string> | undefined {
  if (text === undefined) return new Map();
  const settings = settingsOf("images.lock.yaml", text);
  return settings && new Map(settings.map(({ path, value }) => [nameIn(path), value]));
}

/** The key that a path of one step writes. */
function nameIn(path: string): string {
  const quoted: unknown = path.startsWith("[") ? JSON.parse(path.slice(1, -1)) : path;
  return String(quoted);
}
