import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isErrno, writeAtomically } from "../lib/fs.ts";
import { numberAt, parseJson, textAt } from "../lib/json.ts";
import type { ResourceId } from "../resource/base.ts";

/** How often the supervisor restarted each container since it was made. A container that was replaced begins at 0. */
export type Restarts = ReadonlyMap<ResourceId, { readonly containerId: string; readonly count: number }>;

/**
 * The counts, kept in a site's run directory: a reboot forgets them. A file that cannot be understood counts as none: they
 * are for looking at, nothing depends on them.
 */
export async function readRestarts(run: string): Promise<Restarts> {
  try {
    const stored = parseJson(await readFile(pathIn(run), "utf8"));
    if (typeof stored !== "object" || stored === null) return new Map();
    const entries: [string, unknown][] = Object.entries(stored);
    return new Map(
      entries.map(([id, value]) => [
        id,
        { containerId: textAt(value, "containerId"), count: numberAt(value, "count") },
      ]),
    );
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return new Map();
    throw thrown;
  }
}

/** Stores the counts. */
export async function writeRestarts(run: string, restarts: Restarts): Promise<void> {
  await mkdir(run, { recursive: true, mode: 0o700 });
  await writeAtomically(pathIn(run), `${JSON.stringify(Object.fromEntries(restarts))}\n`);
}

function pathIn(run: string): string {
  return join(run, "restarts.json");
}
