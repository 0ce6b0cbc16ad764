import type { PartFile, ServiceFile } from "../schema/service.ts";
import type { Part } from "../site.ts";
import type { Trees } from "../trees.ts";
import type { Report } from "./draft.ts";
import { assemblePart } from "./part.ts";

/** The parts of a service that has several, sorted by name. */
export async function severalParts(file: ServiceFile, trees: Trees, report: Report): Promise<Part[]> {
  const parts: Part[] = [];
  const entries = Object.entries(file.parts ?? {});
  if (entries.length === 0)
    report({
      code: "SOURCE_MISSING",
      path: ["parts"],
      message: "expected parts, got none",
      hint: "write server: {image: …}",
    });
  for (const [name, written] of entries) {
    checkPart(name, written, report);
    const part = await assemblePart(name, written, ["parts", name], trees, report);
    if (part !== undefined) parts.push(part);
  }
  reportPortNames(entries, report);
  return parts.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function checkPart(name: string, part: PartFile, report: Report): void {
  const path = ["parts", name];
  if (name === "localhost")
    report({
      code: "NAME_RESERVED",
      path,
      at: "key",
      message: "expected another name, got localhost: programs use it for themselves",
      hint: "choose another name",
    });
  if (part.image === undefined && part.build === undefined)
    report({ code: "SOURCE_MISSING", path, message: "expected image or build, got neither", hint: "write image: …" });
  if (part.image !== undefined && part.build !== undefined)
    report({
      code: "SOURCE_TWICE",
      path: [...path, "build"],
      at: "key",
      message: "expected image or build, got both",
      hint: "remove one of the two",
    });
}

/** `reach` names a port of the service, so two parts cannot both have one of a name. */
function reportPortNames(parts: readonly (readonly [string, PartFile])[], report: Report): void {
  const holders = new Map<string, string>();
  for (const [part, file] of parts) {
    for (const name of Object.keys(file.ports ?? {})) {
      const holder = holders.get(name);
      if (holder !== undefined)
        report({
          code: "PORT_TWICE",
          path: ["parts", part, "ports", name],
          at: "key",
          message: `expected each name of a port once in a service, got ${name} in ${holder} and ${part}`,
          hint: "give one of them another name",
        });
      holders.set(name, part);
    }
  }
}
