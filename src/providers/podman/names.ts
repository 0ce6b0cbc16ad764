import { createHash } from "node:crypto";
import { fail } from "../../lib/problem.ts";
import type { Container } from "../../resource/kinds/container.ts";

/** Labels that everything of ours in Podman carries. */
export const labels = {
  site: "freehold.site",
  id: "freehold.id",
  /** The resource that it was made from, as canonical JSON. */
  resource: "freehold.resource",
  /** On containers: file resource and version that its fixed mounts show, so that none is pruned under it. */
  versions: "freehold.versions",
  /** On images that were built: the digest of what they were built from. */
  digest: "freehold.digest",
  /** On images, by whoever maintains them: whether they bear a read-only root, and the capabilities that they need. */
  readOnly: "freehold.read-only",
  capabilities: "freehold.capabilities",
} as const;

/** The longest name that is used as it is. */
const longest = 100;

/**
 * What a container is called in Podman: `SITE.SERVICE`, `SITE.SERVICE.PART`, `SITE.SERVICE.PART_2`; the second of two that relieve each
 * other `…_b`. Dots and underlines are in no name of a site, so two never meet; too long ones end in a digest.
 */
export function containerName(
  site: string,
  container: Pick<Container, "service" | "part" | "replica" | "turn">,
): string {
  const part = container.part === container.service ? "" : `.${container.part}`;
  const replica = container.replica === 1 ? "" : `_${container.replica}`;
  const turn = container.turn === undefined ? "" : `_${container.turn}`;
  return shortened(`${site}.${container.service}${part}${replica}${turn}`);
}

/** What a container is called that was put aside: as before, and what it is kept as. */
export function keptName(name: string, as: string): string {
  if (!/^[A-Za-z0-9-]{1,60}$/.test(as))
    fail("BUG", `expected letters, digits and dashes, got "${as}"`, { kind: "bug" });
  return `${name}${keptMark}${as}`;
}

/** What the container of a name is kept as; undefined when it is not put aside. */
export function keptAs(name: string): string | undefined {
  const [, as] = name.split(keptMark);
  return as;
}

/** In no name of a container that serves: there a digit follows an underline, or eight hexadecimal ones. */
const keptMark = "_failed_";

/** What a service's network is called in Podman. */
export function networkName(site: string, service: string): string {
  return shortened(`${site}.${service}`);
}

/** A resource's id as the name of a file: readable, and different for different ids. */
export function fileName(id: string): string {
  const digest = createHash("sha256").update(id).digest("hex").slice(0, 8);
  return `${id.replaceAll(/[^A-Za-z0-9-]+/g, "_").slice(0, 80)}-${digest}`;
}

function shortened(name: string): string {
  if (name.length <= longest) return name;
  return `${name.slice(0, longest - 9)}_${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}
