import { expect, test } from "vitest";
import { engine } from "./engine.ts";

const cluster = (more: object) => engine.safeParse({ kubernetes: { context: "home", ...more } });

test("a node is lost after a duration of one minute at least, and never unless that is said", () => {
  expect(cluster({}).data).toEqual({ kubernetes: { context: "home" } });
  expect(cluster({ "node-lost-after": "1m" }).data).toMatchObject({ kubernetes: { "node-lost-after": 60_000 } });
  expect(cluster({ "node-lost-after": "2m30s" }).data).toMatchObject({ kubernetes: { "node-lost-after": 150_000 } });
});

test.each(["59s", "25h", "2", 120, "soon", true])("a node is not lost after %j", (value) => {
  expect(cluster({ "node-lost-after": value }).success).toBe(false);
});
