import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isErrno, writeAtomically } from "../../lib/fs.ts";
import type { Link } from "../../resource/kinds/link.ts";
import type { MachineNetwork } from "../../resource/kinds/network.ts";

/**
 * What a site's table was last made from, kept beside it: the kernel has no room for whole resources. It lies in the run
 * directory, so that a reboot forgets it together with the table.
 */
export type FirewallRecord = {
  readonly networks: readonly MachineNetwork[];
  readonly links: readonly Link[];
  /** One more at each change, so that one that was undone meanwhile shows as well. */
  readonly change: number;
  /** Digest of the table as the kernel showed it when it was made; absent while that is under way, or when it was cut short. */
  readonly loaded?: string;
};

/** The record of a site's run directory; absent when there is none, or it is not one of ours. */
export async function readRecord(run: string): Promise<FirewallRecord | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path(run), "utf8"));
    return isRecord(value) ? value : undefined;
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT") || thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

/** Writes the record, or removes it. */
export async function writeRecord(run: string, record: FirewallRecord | undefined): Promise<void> {
  if (record === undefined) return rm(path(run), { force: true });
  await mkdir(run, { recursive: true, mode: 0o700 });
  await writeAtomically(path(run), JSON.stringify(record));
}

function path(run: string): string {
  return join(run, "firewall.json");
}

function isRecord(value: unknown): value is FirewallRecord {
  if (typeof value !== "object" || value === null) return false;
  if (!("networks" in value && "links" in value && "change" in value)) return false;
  return isListOf(value.networks, "network", "subnet") && isListOf(value.links, "link", "from");
}

function isListOf(value: unknown, kind: string, subnet: string): boolean {
  return (
    Array.isArray(value) &&
    value.every((entry: Record<string, unknown> | null) => entry?.kind === kind && typeof entry[subnet] === "string")
  );
}
