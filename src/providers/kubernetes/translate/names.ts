import { createHash } from "node:crypto";
import type { ResourceId } from "../../../resource/base.ts";
import type { Certificate } from "../../../resource/kinds/certificate.ts";
import type { Container } from "../../../resource/kinds/container.ts";
import type { Volume } from "../../../resource/kinds/volume.ts";

/** The longest DNS label (RFC 1123), as names of Services and values of labels must be. */
const longestLabel = 63;
/** A StatefulSet's name goes into a label of its pods with a dash and ten characters behind it. */
const longestWorkload = 52;

/** The front door's bundles of certificates: so many that a thousand hosts fit, each being at most 1 MiB, and that few share one: the cluster merges
 * the shares of one object ever more slowly. */
export const bundleCount = 32;

/** What the Deployment or StatefulSet of a part, and what there is one of beside it, is called: the part's name, cut where it is too long. */
export function workloadName({ part }: Pick<Container, "part">): string {
  return shortened(part, longestWorkload);
}

/** The Service by which visitors and links find a part; among several parts another than the one that siblings know. */
export function visitedName({ network, part }: Pick<Container, "network" | "part">): string {
  return network.mode === "service" ? (network.address.split(".")[0] ?? part) : part;
}

/** The claim of a part's state. One dash where the two names have none, a digest behind where they have: so no two meet. */
export function claimName({ part, name }: Pick<Volume, "part" | "name">): string {
  const plain = `${part}-${name}`;
  if (!part.includes("-") && !name.includes("-") && plain.length <= longestLabel) return plain;
  return `${plain.slice(0, longestLabel - 9).replace(/-+$/, "")}-${mark(`${part}/${name}`)}`;
}

/** The objects that a file lies in: the first, and those behind it when it is too large for one. */
export function fileName(id: ResourceId, piece = 1): string {
  const [, , ...words] = id.split("/");
  const name = `file-${slug(words.join("-"))}-${mark(id)}`;
  return piece === 1 ? name : `${name}-${piece}`;
}

/** The Secret of a part's opened secrets. */
export function secretName(part: string): string {
  return shortened(`secret-${part}`, longestLabel);
}

/** The Secret of one certificate: of a part by its name, of the front door by the name that it is for. */
export function certificateName({ id, service }: Pick<Certificate, "id" | "service">): string {
  const name = id.split("/").slice(2).join("/");
  return service === "front" ? `certificate-${slug(name)}-${mark(id)}` : shortened(`certificate-${name}`, longestLabel);
}

/** The bundle that a certificate of the front door is in. */
export function bundleName({ id }: Pick<Certificate, "id">): string {
  return `certificates-${Number.parseInt(mark(id), 16) % bundleCount}`;
}

/** All bundles that there may be. */
export function bundleNames(): readonly string[] {
  return Array.from({ length: bundleCount }, (_, index) => `certificates-${index}`);
}

/** The ConfigMap with what an image tells about itself. */
export function imageName(id: ResourceId): string {
  return `image-${mark(id, 16)}`;
}

/** The policy that lets visitors in from the front door. */
export function visitorsName(part: string): string {
  return shortened(`visitors-${part}`, longestLabel);
}

/** The two policies of a link: for who opens a connection, and for who is asked. */
export function linkNames(id: ResourceId): { readonly egress: string; readonly ingress: string } {
  return { egress: `to-${mark(id, 16)}`, ingress: `from-${mark(id, 16)}` };
}

/** A value of a label by which all objects of a resource are found. */
export function ofLabel(id: ResourceId): string {
  return mark(id, 16);
}

/** The beginning of a digest of a text, in hex. */
export function mark(text: string, length = 8): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

function shortened(name: string, longest: number): string {
  if (name.length <= longest) return name;
  return `${name.slice(0, longest - 9).replace(/-+$/, "")}-${mark(name)}`;
}

/** Something readable of a text, legal in any name. */
function slug(text: string): string {
  const words = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return words.slice(0, 40).replaceAll(/^-+|-+$/g, "") || "x";
}
