import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { readIfThere, writeAtomically } from "../../../lib/fs.ts";
import type { Roots } from "../../layout.ts";

/**
 * Who we are to others who want a site's lease: a name for people, and a mark that tells this place from every other. All processes that share
 * freehold's root share it, since the ledger's lock lets one of them at a time through.
 */
export async function leaseIdentity({ root }: Roots): Promise<string> {
  return `${personName()}@${hostname()}_${await placeMark(root)}`;
}

async function placeMark(root: string): Promise<string> {
  const path = join(root, "place");
  const known = (await readIfThere(path))?.trim() ?? "";
  if (/^[0-9a-f]{16}$/.test(known)) return known;
  const made = randomBytes(8).toString("hex");
  await mkdir(root, { recursive: true, mode: 0o755 });
  await writeAtomically(path, `${made}\n`);
  return made;
}

/** In a pod users often have numbers only. */
function personName(): string {
  try {
    return userInfo().username;
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ERR_SYSTEM_ERROR") return "freehold";
    throw thrown;
  }
}
