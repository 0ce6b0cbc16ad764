import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** For editors: the files of the site name them in their first line. */
export async function writeSchemas(directory: string): Promise<void> {
  const { jsonSchemas } = await import("../site/json-schema.ts");
  await mkdir(directory, { recursive: true });
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    await writeFile(join(directory, `${name}.json`), `${JSON.stringify(schema, null, 2)}\n`);
  }
}

/** A site.yaml with what must be in it. */
export function siteYaml(name: string, domain: string): string {
  return `# yaml-language-server: $schema=schema/site.json
# The cloud as a whole. freehold docs site explains every key.
name: ${name}
domain: ${domain}
`;
}

/** A people.yaml with one person, who has a public key or none. */
export function peopleYaml(person: string, key: string | undefined): string {
  return `# yaml-language-server: $schema=schema/people.json
# Who may log in. freehold passwd ${person} asks for a password and writes its hash here.
${person}:
  keys: ${key === undefined ? "[]" : `[${key}]`}
`;
}
