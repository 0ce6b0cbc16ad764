import { textsAt } from "../../../lib/json.ts";
import type { File } from "../../../resource/kinds/file.ts";
import { parseResource } from "../../../resource/parse.ts";
import type { Resource } from "../../../resource/resource.ts";
import type { KubeObject } from "../client/object.ts";
import { pieceOf } from "./file-shape.ts";
import { annotations } from "./marks.ts";

/**
 * The resource that a main object is, as it was applied; undefined for an object that is none. `others` are the further objects of the
 * same resource: texts of files are what all of them hold now, so that whoever compares sees an edit.
 */
export function resourceOf(main: KubeObject, others: readonly KubeObject[]): Resource | undefined {
  const text = main.metadata.annotations?.[annotations.resource];
  const resource = text === undefined ? undefined : parseResource(text);
  if (resource?.kind !== "file" || resource.content.from !== "text") return resource;
  return { ...resource, content: { from: "text", entries: entriesIn(resource, [main, ...others]) } };
}

function entriesIn({ secret }: File, objects: readonly KubeObject[]): Readonly<Record<string, string>> {
  const entries = objects.flatMap((object) => {
    const texts = textsAt(object, "data");
    const bytes = textsAt(object, "binaryData");
    return pieceOf(object).items.map(({ key, path }) => {
      const text = secret ? decoded(texts.get(key)) : (texts.get(key) ?? decoded(bytes.get(key)));
      return [path, text] as const;
    });
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function decoded(base64: string | undefined): string {
  return Buffer.from(base64 ?? "", "base64").toString("utf8");
}
