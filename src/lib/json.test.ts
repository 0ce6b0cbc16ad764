import { describe, expect, test } from "vitest";
import { at, listAt, numberAt, parseJson, textAt, textsAt } from "./json.ts";

describe("reading JSON of others", () => {
  const value = parseJson('{"a": {"b": ["x"], "n": 4, "t": "text"}, "labels": {"k": "v", "odd": 1}}');

  test("finds what is there", () => {
    expect(textAt(value, "a", "t")).toBe("text");
    expect(numberAt(value, "a", "n")).toBe(4);
    expect(listAt(value, "a", "b")).toEqual(["x"]);
    expect(textsAt(value, "labels")).toEqual(new Map([["k", "v"]]));
  });

  test("makes nothing of what is missing, of another type, or inherited", () => {
    expect(at(value, "a", "zz", "deeper")).toBeUndefined();
    expect(at(value, "constructor")).toBeUndefined();
    expect(at(value, "__proto__")).toBeUndefined();
    expect(textAt(value, "a", "n")).toBe("");
    expect(numberAt(value, "a", "t")).toBe(0);
    expect(listAt(null, "a")).toEqual([]);
    expect(textsAt(undefined).size).toBe(0);
  });

  test("text that is no JSON is undefined, not an exception", () => {
    for (const text of ["", "{", "nonsense"]) expect(parseJson(text)).toBeUndefined();
  });
});
