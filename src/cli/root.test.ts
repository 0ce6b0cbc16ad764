import { expect, test } from "vitest";
import { needRoot } from "./root.ts";

test("whoever is not root is told so, before anything fails half-way", () => {
  expect(() => needRoot(1000)).toThrow("expected to run as root, got user 1000");
  expect(() => needRoot(0)).not.toThrow();
});
