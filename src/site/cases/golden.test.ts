import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadFiles, problemText } from "./case.ts";

const cases = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".case"));

test.each(cases)("%s: these files give exactly these problems", async (name) => {
  const text = readFileSync(join(import.meta.dirname, name), "utf8");
  const [head = "", expected = ""] = text.split(/^=== problems\n/m);
  const files = head
    .split(/^--- /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\n");
      return [part.slice(0, end), part.slice(end + 1)] as const;
    });
  const { problems, broken } = await loadFiles(Object.fromEntries(files));
  const shown = [...problems.map(problemText), `broken: ${broken.join(", ") || "none"}`].join("\n\n");
  expect(`${shown}\n`).toBe(expected);
});
