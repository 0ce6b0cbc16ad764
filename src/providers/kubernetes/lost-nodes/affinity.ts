import { listAt, textAt } from "../../../lib/json.ts";
import type { KubeObject } from "../client/object.ts";
import type { LostNodeFacts } from "./node.ts";

/** What a rule may ask of a node: its name and its labels. */
type Place = Pick<LostNodeFacts, "name" | "labels">;

/**
 * Whether a PersistentVolume can be used on a node, by what it says of itself (`spec.nodeAffinity.required`): one of its terms holds, with
 * all that it asks for. One that says nothing can be used anywhere. An operator that we do not know never holds.
 */
export function canBeUsedOn(volume: KubeObject, node: Place): boolean {
  const terms = listAt(volume.spec, "nodeAffinity", "required", "nodeSelectorTerms");
  return terms.length === 0 || terms.some((term) => holds(term, node));
}

/** A term that asks for nothing holds nowhere, as the API says. */
function holds(term: unknown, { name, labels }: Place): boolean {
  const expressions = listAt(term, "matchExpressions");
  const fields = listAt(term, "matchFields");
  if (expressions.length + fields.length === 0) return false;
  const named = new Map([["metadata.name", name]]);
  return expressions.every((one) => fits(one, labels)) && fields.every((one) => fits(one, named));
}

function fits(requirement: unknown, values: ReadonlyMap<string, string>): boolean {
  const value = values.get(textAt(requirement, "key"));
  const wanted = listAt(requirement, "values");
  switch (textAt(requirement, "operator")) {
    case "In":
      return value !== undefined && wanted.includes(value);
    case "NotIn":
      return value === undefined || !wanted.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return value !== undefined && Number(value) > Number(wanted[0]);
    case "Lt":
      return value !== undefined && Number(value) < Number(wanted[0]);
    default:
      return false;
  }
}
