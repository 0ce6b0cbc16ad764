import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../lib/problem.ts";

/** freehold's version, as package.json in its home says. */
export async function version(home: string): Promise<string> {
  const found: unknown = JSON.parse(await readFile(join(home, "package.json"), "utf8"));
  if (typeof found === "object" && found !== null && "version" in found && typeof found.version === "string") {
    return found.version;
  }
  return fail("BUG", "package.json has no version", { kind: "bug" });
}
