import { expect, test } from "vitest";
import { canBeUsedOn } from "./affinity.ts";

const node = {
  name: "attic",
  labels: new Map([
    ["zone", "east"],
    ["disks", "4"],
  ]),
};

function volume(...nodeSelectorTerms: readonly object[]) {
  const spec = { nodeAffinity: { required: { nodeSelectorTerms } } };
  return { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "v" }, spec };
}

const asks = (key: string, operator: string, ...values: readonly string[]) => ({ key, operator, values });

test.each([
  [asks("zone", "In", "west", "east"), true],
  [asks("zone", "In", "west"), false],
  [asks("zone", "NotIn", "west"), true],
  [asks("rack", "NotIn", "west"), true],
  [asks("zone", "NotIn", "east"), false],
  [asks("zone", "Exists"), true],
  [asks("rack", "Exists"), false],
  [asks("rack", "DoesNotExist"), true],
  [asks("zone", "DoesNotExist"), false],
  [asks("disks", "Gt", "3"), true],
  [asks("disks", "Lt", "3"), false],
  [asks("disks", "Between", "3", "5"), false],
])("a volume that asks %j of its node can be used on ours: %s", (requirement, usable) => {
  expect(canBeUsedOn(volume({ matchExpressions: [requirement] }), node)).toBe(usable);
});

test("a volume is used where one of its terms holds whole; an empty term holds nowhere", () => {
  const [holds, fails] = [asks("zone", "Exists"), asks("zone", "In", "west")];
  expect(canBeUsedOn(volume({ matchExpressions: [holds, fails] }), node)).toBe(false);
  expect(canBeUsedOn(volume({ matchExpressions: [fails] }, { matchExpressions: [holds] }), node)).toBe(true);
  expect(canBeUsedOn(volume({ matchFields: [asks("metadata.name", "In", "attic")] }), node)).toBe(true);
  expect(canBeUsedOn(volume({}), node)).toBe(false);
  expect(canBeUsedOn(volume(), node)).toBe(true);
});
