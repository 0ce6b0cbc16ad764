import type { Container } from "../../../resource/kinds/container.ts";
import type { ImageFacts } from "../session.ts";

/** What an image says it bears, by its labels; absent members: it says nothing. */
export type ImageBears = { readonly readOnly: boolean; readonly capabilities?: readonly string[] };

/** Who a process starts as. Without `uid`: by a name that only the image knows. */
export type User = { readonly uid?: number; readonly gid?: number };

/** Reads the labels `freehold.read-only` and `freehold.capabilities`. An image of which nothing is known bears nothing. */
export function bearsOf(facts: ImageFacts | undefined): ImageBears {
  const words = facts?.labels["freehold.capabilities"];
  return {
    readOnly: facts?.labels["freehold.read-only"] === "true",
    ...(words === undefined ? {} : { capabilities: words.split(/\s+/).filter((word) => word !== "") }),
  };
}

/** Who a container's process is: as its service's file says, else its image. Undefined: nobody knows yet. */
export function userOf({ user }: Pick<Container, "user">, facts: ImageFacts | undefined): User | undefined {
  const text = user ?? facts?.user;
  if (text === undefined) return undefined;
  const [who = "", group = ""] = text.split(":");
  const gid = /^\d+$/.test(group) ? { gid: Number(group) } : {};
  if (/^\d+$/.test(who)) return { uid: Number(who), gid: Number(who), ...gid };
  return who === "" || who === "root" ? { uid: 0, gid: 0, ...gid } : gid;
}
