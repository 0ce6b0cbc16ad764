import type { KubeObject } from "./client/object.ts";
import { holdsItsContent } from "./content.ts";
import { has } from "./has.ts";
import { type Inventory, objectKey } from "./inventory.ts";
import { annotations } from "./translate/marks.ts";

/** What is the matter with the objects of a resource: one is `missing`, or `edited`; undefined when all are as described. */
export function amissAmong({ byKey }: Inventory, wanted: readonly KubeObject[]): string | undefined {
  const live = wanted.map((object) => byKey.get(objectKey(object)));
  if (live.some((object) => object === undefined || object.metadata.deletionTimestamp !== undefined)) return "missing";
  return wanted.every((object, index) => has(live[index] ?? object, object)) ? undefined : "edited";
}

/** The same for what holds content, which is told by its digest: the content itself may be sealed, or its source gone. */
export function contentAmiss(main: KubeObject, pieces: readonly KubeObject[]): string | undefined {
  const count = Number(main.metadata.annotations?.[annotations.pieces] ?? 1);
  if (pieces.length + 1 < count) return "missing";
  return [main, ...pieces].every(holdsItsContent) && pieces.length + 1 === count ? undefined : "edited";
}
