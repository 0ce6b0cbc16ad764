import type { Dirent } from "node:fs";
import { type Place, type Problem, problem } from "../lib/problem.ts";
import { visible } from "../lib/text.ts";
import { asLabel, label, labelExpected, reservedNames } from "./schema/name.ts";

/** What one entry of `services/` is, by its name alone. */
export type ServiceEntry = { readonly service?: string; readonly broken?: string; readonly problem?: Problem };

/** A service's file, a service that cannot be used, a stranger, or something that git needs there. */
export function serviceEntry({ name: fileName }: Dirent): ServiceEntry {
  const file = `services/${fileName}`;
  if (fileName === ".gitkeep" || fileName === ".gitignore") return {};
  const [, name, ending] = /^(.+)\.(yaml|ts)$/s.exec(fileName) ?? [];
  if (name === undefined) return { problem: stranger(file, strangerHint(fileName)) };
  if (ending === "ts") {
    const hint = `write services/${visible(name)}.yaml`;
    const notYet = problem("NOT_YET", "services in TypeScript do not work yet", { place: placeIn(file), hint });
    return { problem: notYet, ...(label.test(name) && { broken: name }) };
  }
  const reserved = reservedNames.get(name);
  if (reserved !== undefined) {
    const message = `expected another name for a service, got ${name}: ${reserved}`;
    return { problem: problem("NAME_RESERVED", message, { place: placeIn(file), hint: "rename the file" }) };
  }
  if (label.test(name)) return { service: file };
  const mended = asLabel(name);
  const expected = labelExpected;
  const got = `"${visible(name)}"`;
  const hint = mended === undefined ? "rename the file" : `rename the file to ${mended}.yaml`;
  const wrong = problem("NAME_INVALID", `expected ${expected}, got ${got}`, {
    expected,
    got,
    hint,
    place: placeIn(file),
  });
  return { problem: wrong };
}
function strangerHint(name: string): string {
  if (name.endsWith(".yml")) return `rename it to ${visible(name.replace(/\.yml$/, ".yaml"))}`;
  return "move it out of services";
}

/** A file that freehold does not read. */
export function stranger(file: string, hint: string): Problem {
  const message = `expected files that freehold reads, got ${visible(file)}, which it does not`;
  return problem("FILE_STRANGER", message, { severity: "warning", place: placeIn(file), hint });
}

/** The beginning of a file, or a directory. */
export function placeIn(file: string): Place {
  return { file: visible(file), line: 1, column: 1 };
}
