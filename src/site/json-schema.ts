import { z } from "zod";
import { peopleSchema } from "./schema/people.ts";
import { serviceSchema } from "./schema/service.ts";
import { siteSchema } from "./schema/site.ts";

/** The files of a site that have a schema. */
export type SchemaName = "site" | "service" | "people";

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Stands in a description before the words for a default that is not a value. */
export const defaultMark = " Default: ";

/** The JSON Schemas of the language's files, for editors, from what checks the files. */
export function jsonSchemas(): Record<SchemaName, JsonSchema> {
  return {
    site: schemaOf(siteSchema, "A site: site.yaml"),
    service: schemaOf(serviceSchema, "A service: services/NAME.yaml"),
    people: schemaOf(peopleSchema, "The people of a site: people.yaml"),
  };
}

function schemaOf(schema: z.ZodType, title: string): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: "draft-2020-12",
    io: "input",
    reused: "inline",
    override: ({ zodSchema, jsonSchema }) => describe(z.globalRegistry.get(zodSchema) ?? {}, jsonSchema),
  });
  return { ...($schema && { $schema }), title, ...rest };
}

/** Puts the text of a key (see `schema/key.ts`) into the words of JSON Schema. */
function describe({ unless, example }: Readonly<Record<string, unknown>>, json: JsonSchema): void {
  delete json.unless;
  delete json.example;
  if (example !== undefined) json.examples = [example];
  if (typeof unless === "string" || typeof unless === "number") json.default = unless;
  if (Array.isArray(unless)) json.description = `${json.description ?? ""}${defaultMark}${unless.join(" ")}.`;
}
