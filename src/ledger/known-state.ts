import { rm } from "node:fs/promises";
import { join } from "node:path";
import { listAt, parseJson } from "../lib/json.ts";
import type { ResourceId } from "../resource/base.ts";
import { readStored, writeStored } from "./stored.ts";

/**
 * The volumes that were there when somebody last looked: one of them that is not there any more was lost, and is not one that was never
 * made. None when the file cannot be understood. Problem: `LEDGER_UNREADABLE` when only root may read it.
 */
export async function readKnownState(ledger: string): Promise<ReadonlySet<ResourceId>> {
  const known = listAt(parseJson((await readStored(pathIn(ledger))) ?? ""), "volumes");
  return new Set(known.filter((id) => typeof id === "string"));
}

/** Stores them: at once and whole. Problem: `LEDGER_UNWRITABLE`. */
export async function writeKnownState(ledger: string, volumes: ReadonlySet<ResourceId>): Promise<void> {
  await writeStored(pathIn(ledger), `${JSON.stringify({ volumes: [...volumes].sort() })}\n`);
}

/** They were deleted, as somebody asked for. */
export async function forgetKnownState(ledger: string): Promise<void> {
  await rm(pathIn(ledger), { force: true });
}

function pathIn(ledger: string): string {
  return join(ledger, "known-state.json");
}
