import { expect, test } from "vitest";
import { render } from "./render.ts";
import { tone } from "./span.ts";
import { table } from "./table.ts";

test("columns are as wide as their widest cell, and the last one does not count", () => {
  const rows = [
    [tone("strong", "blog"), "public", "a long last cell"],
    ["日本語", "private", ""],
  ];
  expect(render(table(rows, "  "), "plain")).toBe("  blog    public   a long last cell\n  日本語  private\n");
});
