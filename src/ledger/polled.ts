import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readIfThere, writeAtomically } from "../lib/fs.ts";
import { numberAt, parseJson, textAt } from "../lib/json.ts";

/** How the last look at a remote went. It lies where a reboot forgets it. */
export type Polled = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What was found; absent when it could not be asked. */
  readonly commit?: string;
  /** Why it could not be asked, in one sentence. */
  readonly failure?: string;
};

/** How the last look went; undefined: nobody has looked since the machine started. */
export async function readPolled(run: string): Promise<Polled | undefined> {
  const stored = parseJson((await readIfThere(pathIn(run))) ?? "");
  const at = numberAt(stored, "at");
  if (!(at > 0)) return undefined;
  const commit = textAt(stored, "commit");
  const failure = textAt(stored, "failure");
  return { at, ...(commit !== "" && { commit }), ...(failure !== "" && { failure }) };
}

/** Notes how a look went. */
export async function writePolled(run: string, polled: Polled): Promise<void> {
  await mkdir(run, { recursive: true, mode: 0o711 });
  await writeAtomically(pathIn(run), `${JSON.stringify(polled)}\n`, 0o600);
}

function pathIn(run: string): string {
  return join(run, "polled.json");
}
