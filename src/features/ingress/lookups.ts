import { frontPaths } from "./paths.ts";
import type { Routes } from "./routes.ts";

/** `hosts.map`: each host that answers, and who may come in. */
export function hostsMap(routes: Routes): string {
  return lines(routes.hosts.map(({ host, to }) => `${host} ${to}`));
}

/**
 * `paths.map`: host and path, and the backend for it and everything below. Keys end in a slash, as what is looked up does, so
 * that the longest beginning is a match on whole segments: `/photos` is not the beginning of `/photosynthesis`.
 */
export function pathsMap(routes: Routes): string {
  return lines(
    routes.paths.map(({ host, path, backend }) => `${host}${path === "/" ? "" : uriText(path)}/ ${backend}`),
  );
}

/** `certificates.list`: a certificate a line; the first is shown to those who ask for no name of ours. */
export function certificateList(routes: Routes): string {
  return lines(
    routes.certificates.map(({ name, shownFor }) => [`${frontPaths.certificates}/${name}.pem`, ...shownFor].join(" ")),
  );
}

/** A path as it stands in requests: what may not stand there is percent-encoded (RFC 3986, section 3.3). */
export function uriText(path: string): string {
  return path
    .toWellFormed()
    .replaceAll(/[^A-Za-z0-9._~!$&()*+,;=:@/?%-]/gu, (character) =>
      character === "'" ? "%27" : encodeURIComponent(character),
    );
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}
