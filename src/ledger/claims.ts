import { open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isErrno, readIfThere } from "../lib/fs.ts";
import { numberAt, parseJson, textAt } from "../lib/json.ts";
import { isAlive, readProc, startTime } from "../lib/proc.ts";

/** Who holds a lock, or claims it at this moment. */
export type Holder = {
  readonly pid: number;
  readonly what: string;
  /** Milliseconds since the epoch; 0 if it cannot be told. */
  readonly since: number;
  /** Its claim's own name. */
  readonly claim: string;
};

/** What a claim says about itself. */
export type ClaimText = { readonly what: string; readonly since: number };

/**
 * A name for a claim of this process: which process on which run of the machine, told apart from every other. Everything that
 * decides whether a claim counts is in its name, so a file that was cut short counts like a whole one.
 */
export async function claimName(random: string): Promise<string> {
  return [await bootId(), process.pid, await startTime(process.pid), random].join("_");
}

/** Announces a claim; resolves with its path. A full disk leaves no claim. */
export async function writeClaim(directory: string, name: string, text: ClaimText): Promise<string> {
  const path = join(directory, name);
  try {
    const file = await open(path, "wx", 0o600);
    await file.writeFile(JSON.stringify(text)).finally(() => file.close());
  } catch (thrown) {
    await rm(path, { force: true });
    throw thrown;
  }
  return path;
}

/** The claims of living processes but `own`, sorted; those of dead ones are swept. No directory: none. */
export async function readClaims(directory: string, own?: string): Promise<readonly Holder[]> {
  const boot = await bootId();
  const claims: Holder[] = [];
  for (const name of (await names(directory)).sort()) {
    const [, itsBoot, pid, start] = /^([0-9a-f-]+)_(\d+)_(\d+)_[0-9a-f]+$/.exec(name) ?? [];
    if (name === own || itsBoot === undefined) continue;
    if (itsBoot !== boot || !(await isAlive({ pid: Number(pid), startTime: Number(start) }))) {
      await rm(join(directory, name), { force: true });
      continue;
    }
    const text = await readIfThere(join(directory, name));
    if (text === undefined) continue;
    const value = parseJson(text);
    const what = textAt(value, "what") || "another freehold";
    claims.push({ pid: Number(pid), what, since: numberAt(value, "since"), claim: name });
  }
  return claims;
}

async function names(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return [];
    throw thrown;
  }
}

async function bootId(): Promise<string> {
  return (await readProc("/proc/sys/kernel/random/boot_id"))?.trim() ?? "0";
}
