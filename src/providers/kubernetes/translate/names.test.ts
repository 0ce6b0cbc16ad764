import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bundleName,
  bundleNames,
  certificateName,
  claimName,
  fileName,
  imageName,
  linkNames,
  secretName,
  visitorsName,
  workloadName,
} from "./names.ts";

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

describe("names of objects", () => {
  test("are DNS labels, whatever parts and state are called", () => {
    fc.assert(
      fc.property(label, label, (part, name) => {
        const id = `file/s/${part}/${name}.Conf_1`;
        const certificate = { id: `certificate/s/${part}`, service: "s" };
        const front = { id: `certificate/front/*.${name}.example.org`, service: "front" };
        const { egress, ingress } = linkNames(id);
        const names = [
          workloadName({ part }),
          claimName({ part, name }),
          fileName(id),
          fileName(id, 18),
          secretName(part),
          visitorsName(part),
          certificateName(certificate),
          certificateName(front),
          bundleName(front),
          imageName(id),
          egress,
          ingress,
        ];
        expect(names.filter((one) => !dnsLabel.test(one))).toEqual([]);
        expect(bundleNames()).toContain(bundleName(front));
      }),
    );
  });

  test("of workloads leave room for what a StatefulSet's pods bear behind it", () => {
    const part = `${"a".repeat(50)}-${"b".repeat(12)}`;
    expect(workloadName({ part })).toHaveLength(52);
    expect(workloadName({ part: "a".repeat(52) })).toBe("a".repeat(52));
    expect(workloadName({ part: `${part.slice(0, -1)}c` })).not.toBe(workloadName({ part }));
  });

  test("of state never meet, wherever the dashes are", () => {
    const pairs = [
      ["a-b", "c"],
      ["a", "b-c"],
      ["a", "b"],
      ["a-b-c", "d"],
      ["a", "b-c-d"],
    ] as const;
    expect(new Set(pairs.map(([part, name]) => claimName({ part, name }))).size).toBe(pairs.length);
    expect(claimName({ part: "smtp", name: "queue" })).toBe("smtp-queue");
    fc.assert(
      fc.property(label, label, label, label, (part, name, otherPart, otherName) => {
        fc.pre(part !== otherPart || name !== otherName);
        expect(claimName({ part, name })).not.toBe(claimName({ part: otherPart, name: otherName }));
      }),
    );
  });

  test("of files tell files apart that look alike in a name", () => {
    expect(fileName("file/s/p/a.b-1")).not.toBe(fileName("file/s/p/a-b-1"));
    expect(fileName("file/s/p/x", 2)).toBe(`${fileName("file/s/p/x")}-2`);
  });
});
