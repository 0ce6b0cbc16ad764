import { readProc } from "../../../lib/proc.ts";
import type { Finding } from "../../provider.ts";
import { fine, warning, wrong } from "./finding.ts";

const mebi = 1024;

/** Looks at the memory that is left. */
export async function examineMemory(): Promise<readonly Finding[]> {
  return [judgeMemory((await readProc("/proc/meminfo")) ?? "")];
}

/** What follows from the text of /proc/meminfo. Pure. */
export function judgeMemory(text: string): Finding {
  const [available, total] = [amount(text, "MemAvailable"), amount(text, "MemTotal")];
  const found = `${Math.round(available / mebi)} MiB of ${Math.round(total / mebi)} MiB available`;
  if (available >= 512 * mebi) return fine("memory", found);
  const fix = "stop what is not needed, or give the machine more";
  if (available >= 128 * mebi) return warning("memory", found, "512 MiB", fix);
  return wrong("memory", found, "128 MiB at the very least", fix);
}

/** An entry in KiB. */
function amount(text: string, name: string): number {
  return Number(new RegExp(`^${name}: +([0-9]+) kB$`, "m").exec(text)?.[1] ?? 0);
}
