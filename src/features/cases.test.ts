import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { compileCase, readCases, writeCase } from "../../test/golden/case.ts";
import type { Resource } from "../resource/resource.ts";

/** What of a site belongs to which feature. */
const features: Readonly<Record<string, (resource: Resource) => boolean>> = {
  apps: ({ kind, service }) => service !== "front" && kind !== "network" && kind !== "link",
  isolation: ({ kind }) => kind === "network" || kind === "link",
  ingress: ({ kind, service }) => service === "front" && kind !== "certificate",
  certificates: ({ kind }) => kind === "certificate",
  manifests: ({ kind }) => kind === "manifest" || kind === "network" || kind === "link",
};

/** A resource as text: its id, its members, and the files that it writes. Pages are left out, for they are the same each time. */
function shown(resource: Resource): string {
  const { id, kind: _kind, ...members } = resource;
  if (resource.kind !== "file" || resource.content.from !== "text") return block(id, members);
  const { entries } = resource.content;
  const texts = Object.entries(entries)
    .filter(([name]) => !name.endsWith(".html"))
    .map(([name, text]) => `=== ${id}/${name}\n${text}`);
  return [block(id, { ...members, content: Object.keys(entries) }), ...texts].join("\n");
}

function block(id: string, members: object): string {
  return `=== ${id}\n${stringify(members, { lineWidth: 0, flowCollectionPadding: false })}`;
}

const cases = await readCases();

describe("each golden case comes out as written (UPDATE_CASES=1 writes them anew: read the difference)", () => {
  test.each(cases)("$file", async (one) => {
    const { resources, problems } = await compileCase(one);
    const feature = features[one.file.split("/")[2] ?? ""] ?? (() => true);
    const output = [
      ...problems.map(({ code, place }) => `!!! ${code} ${place?.file}:${place?.line}\n`),
      ...resources.filter(feature).map(shown),
    ].join("\n");
    if (process.env.UPDATE_CASES === "1") await writeCase(one, output);
    else expect(output).toBe(one.output);
  });

  test("and every feature has some", () => {
    const have = new Set(cases.map(({ file }) => file.split("/")[2]));
    expect([...have].sort()).toEqual(Object.keys(features).sort());
  });
});
