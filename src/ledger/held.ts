import { join } from "node:path";
import { at, parseJson } from "../lib/json.ts";
import { fail, type Problem } from "../lib/problem.ts";
import type { ResourceId } from "../resource/base.ts";
import { markOf, readStored, writeStored } from "./stored.ts";

/** A service that does not run as the site's files say, because that went wrong. */
export type HeldBack = {
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** The commit that wanted it otherwise. */
  readonly revision?: string;
  /** Of the service as its file wanted it. */
  readonly digest: string;
  readonly problem: Problem;
  /** Its containers that are kept for inspection. */
  readonly failed?: readonly ResourceId[];
  /** What runs: the version before (`old`), or, where there is none to go back to, the one that went wrong (`new`). */
  readonly runs: "old" | "new";
  /**
   * When it is tried again: `changed` when its file says something else, or a person names it (`freehold up SERVICE`); `next` with the
   * next change, whatever that is about, since it was not the version that failed (no image, no room).
   */
  readonly until: "changed" | "next";
};

/** By service; `front` for the front door. */
export type HeldBackServices = Readonly<Record<string, HeldBack>>;

/** The services that are held back. Problem: `LEDGER_UNREADABLE`: taken for none, what failed would be tried again and again. */
export async function readHeldBack(ledger: string): Promise<HeldBackServices> {
  const path = pathIn(ledger);
  const text = await readStored(path);
  if (text === undefined) return {};
  const held = at(parseJson(text), "heldBack");
  if (isHeldBack(held)) return held;
  return fail("LEDGER_UNREADABLE", `expected the services that are held back in ${path}, got a file that is cut`, {
    hint: `rm ${path}, then freehold up: what failed is tried once more`,
  });
}

/** Stores them, at once and whole. Problem: `LEDGER_UNWRITABLE`. */
export async function writeHeldBack(ledger: string, heldBack: HeldBackServices): Promise<void> {
  await writeStored(pathIn(ledger), `${JSON.stringify({ heldBack })}\n`);
}

/** A word that changes whenever it was stored. */
export function heldBackMark(ledger: string): Promise<string | undefined> {
  return markOf(pathIn(ledger));
}

/** Only freehold writes there, whole or not at all. */
function isHeldBack(value: unknown): value is HeldBackServices {
  return typeof value === "object" && value !== null;
}

function pathIn(ledger: string): string {
  return join(ledger, "held-back.json");
}
