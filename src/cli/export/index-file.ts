import { join } from "node:path";
import { readIfThere } from "../../lib/fs.ts";
import { listAt, parseJson, textAt } from "../../lib/json.ts";
import { fail } from "../../lib/problem.ts";

/** The file in which an export says what it wrote, so that a later one takes away what nobody wants any more, and nothing else. */
export const indexFile = "freehold-export.json";

/** What an export wrote. */
export type Index = { readonly site: string; readonly files: readonly string[] };

/** What an earlier export into a directory wrote; none when there was none. Problem: `EXPORT_INDEX`. */
export async function readIndex(directory: string): Promise<Index | undefined> {
  const text = await readIfThere(join(directory, indexFile));
  if (text === undefined) return undefined;
  const written = parseJson(text);
  const files = listAt(written, "files").flatMap((path) => (isOurs(path) ? [path] : []));
  const site = textAt(written, "site");
  if (site !== "" && files.length === listAt(written, "files").length) return { site, files };
  return fail(
    "EXPORT_INDEX",
    `expected the list of an earlier export in ${join(directory, indexFile)}, got something else`,
    {
      hint: "export into another directory: --output DIR",
    },
  );
}

/** The text of the file. */
export function indexText({ site, files }: Index): string {
  return `${JSON.stringify({ site, files }, null, 2)}\n`;
}

/** Whether an export may have written a path: nothing that leads out of its directory. */
function isOurs(path: unknown): path is string {
  return (
    typeof path === "string" &&
    /^(?:\.gitignore|(?:kustomization|(?:services\/[a-z0-9-]+|flux)\/[a-z0-9][A-Za-z0-9.-]*)\.yaml)$/.test(path)
  );
}
