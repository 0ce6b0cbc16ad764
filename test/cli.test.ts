import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseScript } from "./cli/script.ts";
import { play } from "./cli/session.ts";

const scripts = join(import.meta.dirname, "cli");

/** `UPDATE=1` writes what happened into the sessions; look at the difference before you keep it. */
const update = process.env.UPDATE === "1";

describe("a session at the command line", () => {
  for (const name of readdirSync(scripts).filter((file) => file.endsWith(".txt"))) {
    test(`goes as ${name} says`, { timeout: 30_000 }, async () => {
      const path = join(scripts, name);
      const written = readFileSync(path, "utf8");
      const played = await play(parseScript(written));
      if (update && played !== written) writeFileSync(path, played);
      else expect(played).toBe(written);
    });
  }
});
