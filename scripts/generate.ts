/**
 * Writes what is made from the language's schema: schema/*.json and docs/reference/*.md. With --check it writes nothing and
 * ends with 1 when one of them is stale.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { cliReference } from "../src/cli/reference.ts";
import { jsonSchemas } from "../src/site/json-schema.ts";
import { referencePages } from "../src/site/reference.ts";

const root = resolve(import.meta.dirname, "..");

const generated = new Map([
  ...Object.entries(jsonSchemas()).map(([name, schema]) => [`schema/${name}.json`, json(schema)] as const),
  ...Object.entries(referencePages()).map(([name, page]) => [`docs/reference/${name}`, page] as const),
  ["docs/reference/cli.md", cliReference()] as const,
]);

const stale = [...generated].filter(([path, text]) => {
  const file = join(root, path);
  return !existsSync(file) || readFileSync(file, "utf8") !== text;
});

if (process.argv.includes("--check")) {
  for (const [path] of stale) process.stderr.write(`${path} is stale: run node scripts/generate.ts\n`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    process.stdout.write(`${path}\n`);
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
