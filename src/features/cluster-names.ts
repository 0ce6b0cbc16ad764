import { createHash } from "node:crypto";
import type { Part, Service } from "../site/site.ts";

/** The longest DNS label (RFC 1123). */
const longest = 63;

/**
 * The name, in its service's namespace, under which visitors and other services find a part. Among several parts it is not the part's own
 * name: siblings know that, and talk over ports that nobody declared.
 */
export function visitedName({ parts }: Pick<Service, "parts">, { name }: Pick<Part, "name">): string {
  return parts.length > 1 ? withEnding(name, "--visitors") : name;
}

/** The name under which all of a service is found; undefined where its one part has it. */
export function wholeName({ name, parts }: Pick<Service, "name" | "parts">): string | undefined {
  const isTaken = parts.some((part) => part.name === name);
  if (parts.length === 1 && isTaken) return undefined;
  return isTaken ? withEnding(name, "--all") : name;
}

function withEnding(name: string, ending: string): string {
  if (name.length + ending.length <= longest) return `${name}${ending}`;
  const mark = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, longest - ending.length - 9).replace(/-+$/, "")}-${mark}${ending}`;
}
