import { at, textAt, textsAt } from "../../lib/json.ts";
import { fail } from "../../lib/problem.ts";
import { type PodmanClient, refused } from "./client.ts";
import { labels } from "./names.ts";
import type { ImageBears } from "./translate.ts";

/** What an image in the store tells about itself. */
export type ImageFacts = {
  readonly id: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly bears: ImageBears;
  /** The user that it starts as: a number, a name, both with a group, or "" for root. */
  readonly user: string;
};

/** What the store knows under a reference; undefined when there is no such image. */
export async function findImage(client: PodmanClient, reference: string): Promise<ImageFacts | undefined> {
  const path = `/images/${encodeURIComponent(storeName(reference))}/json`;
  const answer = await client.ask("GET", path);
  if (answer.status === 404) return undefined;
  if (answer.status >= 400) refused(`the image ${reference}`, answer);
  const found = textsAt(answer.body, "Labels");
  const words = found.get(labels.capabilities);
  return {
    id: textAt(answer.body, "Id"),
    labels: found,
    bears: {
      readOnly: found.get(labels.readOnly) === "true",
      ...(words === undefined ? {} : { capabilities: words.split(/\s+/).filter((word) => word !== "") }),
    },
    user: textAt(at(answer.body, "Config"), "User"),
  };
}

/** Like {@link findImage}. Problem: `IMAGE_MISSING`. */
export async function needImage(client: PodmanClient, reference: string): Promise<ImageFacts> {
  const facts = await findImage(client, reference);
  return (
    facts ??
    fail("IMAGE_MISSING", `expected the image ${reference} on this machine, got none`, {
      kind: "transient",
      hint: "freehold up fetches or builds what is missing",
    })
  );
}

/** How the store calls an image: without the tag when a digest says which it is. */
export function storeName(reference: string): string {
  const [name = "", digest] = reference.split("@");
  return digest === undefined ? name : `${name.replace(/:[^:/]+$/, "")}@${digest}`;
}
