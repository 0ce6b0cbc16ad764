import { describe, expect, test } from "vitest";
import { problemLine } from "./cases/case.ts";
import { parse } from "./parse.ts";

function codes(text: string): string[] {
  return parse("a.yaml", text).problems.map(problemLine);
}

const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]", ..."bcdefghi"].map((line, index) =>
  index === 0 ? line : `${line}: &${line} [${`*${"abcdefgh"[index - 1]}, `.repeat(9)}]`,
);

describe("YAML", () => {
  test("nested 64 levels is read, 65 is not, and 10,000 neither crash nor take long", () => {
    expect(codes("[".repeat(64) + "]".repeat(64))).toEqual([]);
    expect(codes("[".repeat(65) + "]".repeat(65))).toEqual(["a.yaml:1:65 YAML_TOO_DEEP"]);
    expect(codes("[".repeat(10_000))).toEqual(["a.yaml:1:65 YAML_TOO_DEEP"]);
    expect(codes(`a:\n  ${"- ".repeat(50_000)}x\n`)[0]).toContain("YAML_TOO_DEEP"); // the parser itself recurses
    expect(codes(Array.from({ length: 1000 }, (_, level) => `${" ".repeat(level)}a:\n`).join(""))).toHaveLength(1);
    expect(codes(`${"- ".repeat(10_000)}a`)).toEqual(["a.yaml:1:129 YAML_TOO_DEEP"]);
    expect(codes(`${"? ".repeat(10_000)}a`)[0]).toContain("YAML_TOO_DEEP");
  });

  test("aliases stand for at most 1,000 values: a bomb does not go off", () => {
    expect(codes(bomb.join("\n"))).toEqual(["a.yaml:4:8 YAML_ALIASES"]);
    const list = `a: &a [${"x, ".repeat(999)}]\nb: `;
    expect(codes(`${list}*a`)).toEqual([]);
    expect(codes(`${list}[*a, *a]`)).toEqual(["a.yaml:2:9 YAML_ALIASES"]);
  });

  test("an alias for what it stands in is refused", () => {
    expect(codes("&a [*a]")).toEqual(["a.yaml:1:5 YAML_ALIASES"]);
    expect(codes("a: &x {b: *x}")).toEqual(["a.yaml:1:11 YAML_ALIASES"]);
  });

  test("many duplicate keys and many aliases are looked at once each", () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1\n`).join("");
    expect(codes(keys)).toEqual([]);
    expect(codes(`a: &a [${"x, ".repeat(2000)}]\nb: [${"*a, ".repeat(20_000)}]`)).toHaveLength(1);
  });

  test("an alias is the value of the last anchor above it", () => {
    expect(parse("a.yaml", "a: &x 1\nb: *x\nc: &x 2\nd: *x\n").value).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });

  test("is YAML 1.2 whatever a directive says: yes and 0o17 as written there", () => {
    expect(parse("a.yaml", "%YAML 1.1\n---\na: yes\nb: 0o17\nc: 017\n").value).toEqual({ a: "yes", b: 15, c: 17 });
  });

  test.each([
    ["two documents", "a: 1\n---\nb: 2\n", "a.yaml:2:1 YAML_DOCUMENTS"],
    ["a merge key", "a: &a {x: 1}\nb:\n  <<: *a\n", "a.yaml:3:3 YAML_MERGE_KEY"],
    ["a tag of one's own", "a: !secret x\n", "a.yaml:1:12 YAML_TAG"],
    ["a tag of YAML 1.1", "a: !!set {x, y}\n", "a.yaml:1:10 YAML_TAG"],
    ["a tag that does not fit", "a: !!int ten\n", "a.yaml:1:4 YAML_TAG"],
    ["a key twice", "a: 1\nb: 2\na: 3\n", "a.yaml:3:1 YAML_DUPLICATE_KEY"],
    ["a list as key", "? [a]\n: 1\n", "a.yaml:1:3 YAML_KEY"],
    ["__proto__ as key", "a: {__proto__: {b: 1}}\n", "a.yaml:1:5 YAML_KEY"],
    ["an alias to nothing", "a: *b\n", "a.yaml:1:4 YAML_SYNTAX"],
  ])("%s is a problem with its place", (_what, text, expected) => {
    expect(codes(text)).toEqual([expected]);
  });

  test("tags of YAML itself are taken, and keys called like an object's own are keys", () => {
    expect(parse("a.yaml", "constructor: !!str 1\ntoString: 2\nhasOwnProperty: !!int 3\n").value).toEqual({
      constructor: "1",
      toString: 2,
      hasOwnProperty: 3,
    });
  });

  test("with one broken line says that line, not each line that follows from it", () => {
    expect(codes("a: b: c: d: e\n")).toEqual(["a.yaml:1:4 YAML_SYNTAX"]);
  });

  test("without content is nothing, not a problem", () => {
    expect([parse("a.yaml", "").value, parse("a.yaml", "# a\n").value, parse("a.yaml", "---\n").value]).toEqual([
      null,
      null,
      null,
    ]);
  });

  test("keeps numbers as written where that is asked for", () => {
    const verbatim = new Map([["env", true as const]]);
    expect(parse("a.yaml", "env: {a: 1.10, b: True, c: 0x10, d: null}\nport: 0x10\n", verbatim).value).toEqual({
      env: { a: "1.10", b: "True", c: "0x10", d: null },
      port: 16,
    });
  });
});
