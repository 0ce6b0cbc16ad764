import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isErrno, writeAtomically } from "../lib/fs.ts";
import { numberAt, parseJson, textAt } from "../lib/json.ts";
import type { ResourceId } from "../resource/base.ts";

/** What the supervisor remembers of a container. One that was replaced begins anew. */
export type Remembered = {
  readonly containerId: string;
  /** How often it was restarted since it was made. */
  readonly count: number;
  /** When the process was started that has given a good answer since, milliseconds since the epoch; absent: none has. */
  readonly answered?: number;
  /** The last thing that was the matter with it; absent: nothing was. */
  readonly trouble?: Trouble;
};

/** What was the matter, in a few words, and when, milliseconds since the epoch. */
export type Trouble = { readonly at: number; readonly what: string };

/** What the supervisor remembers of each container. */
export type Restarts = ReadonlyMap<ResourceId, Remembered>;

/**
 * What is remembered, kept in a site's run directory: a reboot forgets it. A file that cannot be understood counts as none: it
 * is for looking at, nothing depends on it.
 */
export async function readRestarts(run: string): Promise<Restarts> {
  try {
    const stored = parseJson(await readFile(pathIn(run), "utf8"));
    if (typeof stored !== "object" || stored === null) return new Map();
    const entries: [string, unknown][] = Object.entries(stored);
    return new Map(
      entries.map(([id, value]) => {
        const answered = numberAt(value, "answered");
        const trouble = { at: numberAt(value, "trouble", "at"), what: textAt(value, "trouble", "what") };
        return [
          id,
          {
            ...{ containerId: textAt(value, "containerId"), count: numberAt(value, "count") },
            ...(answered === 0 ? {} : { answered }),
            ...(trouble.at === 0 ? {} : { trouble }),
          },
        ];
      }),
    );
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return new Map();
    throw thrown;
  }
}

/** Stores what is to be remembered. */
export async function writeRestarts(run: string, restarts: Restarts): Promise<void> {
  await mkdir(run, { recursive: true, mode: 0o700 });
  await writeAtomically(pathIn(run), `${JSON.stringify(Object.fromEntries(restarts))}\n`);
}

function pathIn(run: string): string {
  return join(run, "restarts.json");
}
