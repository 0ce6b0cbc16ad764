import { textsAt } from "../../lib/json.ts";
import type { KubeObject } from "./client/object.ts";
import { shapeOf } from "./translate/file-shape.ts";

/** What a file holds, by path, read from the objects that it lies in. */
export function bytesByPath(objects: readonly KubeObject[]): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const { name, items } of shapeOf(objects)?.pieces ?? []) {
    const object = objects.find(({ metadata }) => metadata.name === name);
    for (const { key, path } of items) {
      const bytes = bytesOf(object, key);
      if (bytes !== undefined) found.set(path, bytes);
    }
  }
  return found;
}

/** What a ConfigMap or a Secret holds under a key. */
export function bytesOf(object: KubeObject | undefined, key: string): Buffer | undefined {
  const data = textsAt(object, "data").get(key);
  if (data !== undefined) return Buffer.from(data, object?.kind === "Secret" ? "base64" : "utf8");
  const binary = textsAt(object, "binaryData").get(key);
  return binary === undefined ? undefined : Buffer.from(binary, "base64");
}
