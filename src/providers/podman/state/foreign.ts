import { readdir, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { exec } from "../../../lib/exec.ts";
import { fail } from "../../../lib/problem.ts";
import { readProc } from "../../../lib/proc.ts";
import { hasBtrfsProgram, hasSubvolumes, isOnBtrfs, isSubvolume } from "./btrfs.ts";

/**
 * Refuses state of which a part is on another file system, or in a subvolume of its own: a copy would lack it, and putting the
 * state back would lose it. Problem: `STATE_FOREIGN`.
 */
export async function refuseForeign(service: string, directory: string): Promise<void> {
  const foreign = (await findLink(directory)) ?? (await findForeign(directory));
  if (foreign !== undefined) notInOnePiece(service, foreign);
}

/** Throws `STATE_FOREIGN`. */
export function notInOnePiece(service: string, foreign: string): never {
  return fail("STATE_FOREIGN", `expected the state of ${service} in one piece, got ${foreign}`, {
    hint: "mount the disk where all of freehold's things are, FREEHOLD_ROOT, or take it out of there",
  });
}

/** Where a person has put a part or a volume elsewhere by a link, which a copy would follow no more than a removal does. */
async function findLink(directory: string): Promise<string | undefined> {
  for (const part of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, part.name);
    if (part.isSymbolicLink()) return `a link at ${path}`;
    const volumes = part.isDirectory() ? await readdir(path, { withFileTypes: true }) : [];
    const link = volumes.find((volume) => volume.isSymbolicLink());
    if (link !== undefined) return `a link at ${join(path, link.name)}`;
  }
  return undefined;
}

async function findForeign(directory: string): Promise<string | undefined> {
  const real = await realpath(directory);
  const mounts = mountPoints((await readProc("/proc/self/mountinfo")) ?? "");
  const mount = mounts.find((path) => path === real || path.startsWith(real + sep));
  if (mount !== undefined) return `something mounted at ${mount}`;
  if (!(await isOnBtrfs(directory))) return undefined;
  if ((await isSubvolume(directory)) && (await hasBtrfsProgram()))
    return (await hasSubvolumes(directory)) ? `a subvolume below ${directory}` : undefined;
  const argv = ["find", directory, "-mindepth", "1", "-type", "d", "-inum", "256", "-print", "-quit"] as const;
  const { stdout } = await exec(argv, { timeout: 600_000 });
  return stdout === "" ? undefined : `a subvolume at ${stdout.trimEnd()}`;
}

/** Where something is mounted, from the text of /proc/self/mountinfo: the fifth field, with spaces and such in octal (proc(5)). */
export function mountPoints(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const path = line.split(" ")[4];
    return path === undefined ? [] : [path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => octet(octal))];
  });
}

function octet(octal: string): string {
  return String.fromCharCode(Number.parseInt(octal, 8));
}
