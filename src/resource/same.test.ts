import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical, digest } from "./digest.ts";
import type { Resource } from "./resource.ts";
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

describe("a tree that lies elsewhere", () => {
  const file = (source: string, digest: string): Resource => ({
    ...{ kind: "file", id: "file/blog/blog/1", service: "blog", needs: [], owner: 0, secret: false },
    content: { from: "tree", source, digest },
  });
  const image = (context: string, digest: string): Resource => ({
    ...{ kind: "image", id: "image/blog/blog", service: "blog", needs: [], reference: "localhost/freehold/blog:1" },
    source: { from: "build", context, digest },
  });

  test("is the same while its digest is: a new revision of the site restarts nothing that it did not change", () => {
    expect(sameThing(file("/revisions/1/static", "d"), file("/revisions/2/static", "d"))).toBe(true);
    expect(sameThing(image("/revisions/1/images", "d"), image("/revisions/2/images", "d"))).toBe(true);
  });

  test("is another one when its digest is another", () => {
    expect(sameThing(file("/site/static", "d"), file("/site/static", "e"))).toBe(false);
    expect(sameThing(image("/site/images", "d"), image("/site/images", "e"))).toBe(false);
  });
});
