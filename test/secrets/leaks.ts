import { readdir, readFile, stat } from "node:fs/promises";
import { exec } from "../../src/lib/exec.ts";
import type { Machine } from "../world/machine.ts";

/** A text in the forms in which it could stand somewhere: as it is, in base64 wherever it begins, in hex. */
export function formsOf(text: string): string[] {
  const shifted = [0, 1, 2].map((before) => {
    const base64 = Buffer.from(`${"x".repeat(before)}${text}`).toString("base64");
    return base64.slice(before === 0 ? 0 : 4, -4); // without what depends on its neighbours
  });
  return [text, ...shifted, Buffer.from(text).toString("hex")];
}

/** Which of some printed texts hold one of the forms. */
export function leaksInTexts(texts: Readonly<Record<string, string>>, forms: readonly string[]): string[] {
  return Object.keys(texts).filter((name) => forms.some((form) => texts[name]?.includes(form)));
}

/** Files of a machine's disk, as it is when the power is cut: nothing that is mounted there is looked through. */
export async function leaksOnDisk(machine: Machine, forms: readonly string[]): Promise<string[]> {
  return lines((await exec(search(machine.disk), { input: forms.join("\n") })).stdout);
}

/** Files in the machine's memory (`/run`, `/dev/shm`), each with its mode and owner. */
export async function leaksInMemory(machine: Machine, forms: readonly string[]): Promise<string[]> {
  const found = await machine.exec(search("/run", "/dev/shm"), { input: forms.join("\n") });
  return Promise.all(
    lines(found.stdout).map(async (path) => {
      const { stdout } = await machine.exec(["stat", "--format", "%a %u %n", path]);
      return stdout.trim();
    }),
  );
}

/** Every process of this host whose arguments or environment hold one of the forms, but for those of containers. */
export async function leaksInProcesses(forms: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    for (const file of ["cmdline", "environ"]) {
      const path = `/proc/${pid}/${file}`;
      const text = await readIfThere(path);
      if (!forms.some((form) => text.includes(form)) || (await isContainers(pid))) continue;
      found.push(`${path}: ${text.replaceAll("\0", " ").slice(0, 300)}`);
    }
  }
  return found;
}

/** Looks at all processes again and again while something is done; resolves with what was ever found. */
export async function leaksMeanwhile(forms: readonly string[], work: Promise<unknown>): Promise<string[]> {
  const found = new Set<string>();
  let goesOn = true;
  const ended = work.finally(() => {
    goesOn = false;
  });
  while (goesOn) for (const leak of await leaksInProcesses(forms)) found.add(leak);
  await ended;
  return [...found];
}

/** The texts come by standard input: as an argument they would be found in grep itself. */
function search(...paths: string[]): [string, ...string[]] {
  return ["grep", "--recursive", "--files-with-matches", "--devices=skip", "--no-messages", "-F", "-f", "-", ...paths];
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return ""; // it ended while we looked
  }
}

/** Users from 2^28 on are those of services. */
async function isContainers(pid: string): Promise<boolean> {
  try {
    return (await stat(`/proc/${pid}`)).uid >= 2 ** 28;
  } catch {
    return true; // it ended while we looked
  }
}
