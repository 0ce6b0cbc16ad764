import { fail } from "../../lib/problem.ts";
import { either } from "../../lib/text.ts";
import type { Command } from "../command.ts";
import { readTopic, topics } from "../topics.ts";
import { pageText, topicsText } from "../views/docs.ts";

export const docs: Command = {
  name: "docs",
  summary: "read about freehold here, or get the JSON Schema for an editor",
  description: [
    "Prints a page of the documentation. Without TOPIC: lists what there is.",
    "freehold docs schema prints the JSON Schema of a service's file; docs schema site and docs schema people those of the other files.",
  ],
  arguments: [
    { name: "TOPIC", summary: "a page, or schema", takes: "at most one", offer: "topic" },
    { name: "FILE", summary: "of schema: service (default), site or people", takes: "at most one", offer: "nothing" },
  ],
  options: [],
  exits: [],
  examples: [
    ["freehold docs", "list the topics"],
    ["freehold docs schema > service.json", "the schema from which editors complete"],
  ],
  async run({ terminal, home }, input) {
    const topic = input.argument("TOPIC");
    if (topic === undefined) terminal.print(topicsText(await topics(home)));
    else if (topic === "schema") terminal.json(await schemaOf(input.argument("FILE") ?? "service"));
    else terminal.print(pageText(await readTopic(home, topic)));
    return 0;
  },
};

/** The JSON Schema of one of the site's files. */
async function schemaOf(file: string): Promise<object> {
  const { jsonSchemas } = await import("../../site/json-schema.ts");
  const schemas = Object.entries(jsonSchemas());
  const found = schemas.find(([name]) => name === file);
  if (found !== undefined) return found[1];
  return fail("USAGE_SCHEMA", `expected ${either(schemas.map(([name]) => name))}, got "${file}"`);
}
