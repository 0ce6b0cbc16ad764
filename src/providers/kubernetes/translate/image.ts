import { at, parseJson, textAt, textsAt } from "../../../lib/json.ts";
import { fail } from "../../../lib/problem.ts";
import { canonical } from "../../../resource/digest.ts";
import type { Image } from "../../../resource/kinds/image.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { KubeObject } from "../client/object.ts";
import { objectKinds } from "../client/object-kinds.ts";
import type { ImageFacts } from "../session.ts";
import { imageName } from "./names.ts";
import { mainObject } from "./object.ts";
import type { Translation } from "./translation.ts";

/** What a site remembers of an image: nodes get it from elsewhere, and no node tells what it bears. It lies in the front door's namespace. */
export function imageObjects(image: Image, translation: Translation): readonly KubeObject[] {
  const { site, image: facts } = translation;
  if (facts === undefined) fail("BUG", `expected what is known of ${image.reference}, got nothing`, { kind: "bug" });
  const place = { namespace: namespaceOf(site, "front") };
  const data = { facts: canonical(facts) };
  return [mainObject(objectKinds.configMap, imageName(image.id), image, translation, { data }, { place })];
}

/** What such an object remembers; undefined when it is none, or was edited. */
export function factsOf(object: KubeObject): ImageFacts | undefined {
  const facts = parseJson(textAt(object, "data", "facts"));
  const reference = textAt(facts, "reference");
  if (reference === "" || typeof at(facts, "user") !== "string") return undefined;
  return { reference, labels: Object.fromEntries(textsAt(facts, "labels")), user: textAt(facts, "user") };
}
