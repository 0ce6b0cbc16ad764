import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical, digest } from "./digest.ts";
import { sameThing, sameValue } from "./same.ts";

const volume = {
  kind: "volume",
  id: "volume/a/a/d",
  service: "a",
  needs: ["x"],
  part: "a",
  name: "d",
  slot: 1,
} as const;

describe("sameness", () => {
  test("does not care about the order of keys, and takes an undefined member for none", () => {
    expect(sameValue({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1, d: undefined })).toBe(true);
    expect(sameValue({ a: 1 }, { a: 1, b: null })).toBe(false);
    expect(sameValue([1, 2], [2, 1])).toBe(false);
    expect(sameValue({ 0: 1 }, [1])).toBe(false);
  });

  test("does not confuse a member's name with what every object has", () => {
    expect(sameValue({ constructor: "a" }, {})).toBe(false);
    expect(sameValue(JSON.parse('{"__proto__": 1}'), {})).toBe(false);
  });

  test("of things passes over what they need: that is about order, not about what exists", () => {
    expect(sameThing(volume, { ...volume, needs: [] })).toBe(true);
    expect(sameThing(volume, { ...volume, slot: 2 })).toBe(false);
  });

  test("and the canonical text agree, for any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(sameValue(a, b)).toBe(canonical(a) === canonical(b));
        expect(canonical(JSON.parse(JSON.stringify(a)))).toBe(canonical(a));
        expect(JSON.parse(canonical(a))).toEqual(JSON.parse(JSON.stringify(a)));
      }),
      { numRuns: 500 },
    );
  });

  test("gives a digest that stays the same from one release to the next", () => {
    expect(canonical({ b: [true, null, "ä\n"], a: undefined, _: 1.5 })).toBe('{"_":1.5,"b":[true,null,"ä\\n"]}');
    expect(digest({})).toBe("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  });
});
