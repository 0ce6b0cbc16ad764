import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { z } from "zod";
import { loadFiles, problemLine } from "./cases/case.ts";
import { type JsonSchema, jsonSchemas, type SchemaName } from "./json-schema.ts";
import { referencePages } from "./reference.ts";
import { peopleSchema } from "./schema/people.ts";
import { serviceSchema } from "./schema/service.ts";
import { siteSchema } from "./schema/site.ts";

const root = resolve(import.meta.dirname, "../..");

/** Every key in a schema with its path, those of inner maps included. */
function keys(schema: JsonSchema, path: string): [string, JsonSchema][] {
  const inner = [schema.items, schema.additionalProperties, ...(schema.anyOf ?? [])].flatMap((one) =>
    typeof one === "object" && !Array.isArray(one) ? keys(one, `${path}.*`) : [],
  );
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, value]) =>
    typeof value === "object"
      ? [[`${path}.${key}`, value] as [string, JsonSchema], ...keys(value, `${path}.${key}`)]
      : [],
  );
  return [...own, ...inner];
}

const schemas = jsonSchemas();
const all = Object.entries(schemas).flatMap(([name, schema]) => keys(schema, name));

describe("the schemas", () => {
  test("describe every key, with an example and a default", () => {
    const silent = all.filter(([, key]) => (key.description ?? "").length < 10 || key.examples?.length !== 1);
    expect(silent.map(([path]) => path)).toEqual([]);
    expect(all.length).toBeGreaterThan(60);
  });

  test("have no unknown keys for editors to overlook", () => {
    expect([schemas.site.additionalProperties, schemas.service.additionalProperties]).toEqual([false, false]);
  });

  test("can be read as JSON Schema again, and then accept a good service and refuse a wrong one", () => {
    const again = z.fromJSONSchema(schemas.service);
    expect(again.safeParse({ image: "docker.io/library/nginx:1.29", port: 80, expose: "public" }).success).toBe(true);
    expect(again.safeParse({ image: "docker.io/library/nginx:1.29", port: 80, exopse: "public" }).success).toBe(false);
    expect(again.safeParse({ port: "80" }).success).toBe(false);
  });

  test.each<[SchemaName, z.ZodType, JsonSchema]>([
    ["site", siteSchema, schemas.site],
    ["service", serviceSchema, schemas.service],
    ["people", peopleSchema, schemas.people],
  ])("of %s: each example is right by itself", (name, schema, json) => {
    const shape =
      name === "people"
        ? Object.entries(json.additionalProperties ?? {})
        : Object.entries({ properties: json.properties });
    const properties = Object.fromEntries(shape).properties ?? {};
    for (const [key, value] of Object.entries(properties)) {
      const example: unknown =
        typeof value === "object" && value !== null && "examples" in value && Array.isArray(value.examples)
          ? value.examples[0]
          : undefined;
      const written = { [key]: key === "user" ? String(example) : example };
      const whole = name === "site" ? { name: "home", domain: "example.org", ...written } : written;
      const result = schema.safeParse(name === "people" ? { ada: written } : whole);
      expect(result.error?.issues, key).toBeUndefined();
    }
  });

  test("and the loader agree on a service that has every key", async () => {
    const service = {
      image: "docker.io/library/nginx:1.29",
      port: 80,
      expose: [{ to: "public" }],
      health: "/",
      limits: { memory: "64M" },
    };
    expect(z.fromJSONSchema(schemas.service).safeParse(service).success).toBe(true);
    const { problems } = await loadFiles({ "services/a.yaml": stringify(service) });
    expect(problems.map(problemLine)).toEqual([]);
  });
});

test("what is generated from them is not stale: node scripts/generate.ts makes it new", () => {
  const files = new Map([
    ...Object.entries(schemas).map(
      ([name, schema]) => [`schema/${name}.json`, `${JSON.stringify(schema, null, 2)}\n`] as const,
    ),
    ...Object.entries(referencePages()).map(([name, page]) => [`docs/reference/${name}`, page] as const),
  ]);
  const stale = [...files].filter(([path, text]) => readFileSync(join(root, path), "utf8") !== text);
  expect(stale.map(([path]) => path)).toEqual([]);
});
