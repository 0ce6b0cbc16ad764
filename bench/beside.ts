import { readdir, readFile, readlink } from "node:fs/promises";
import { isErrno } from "../src/lib/fs.ts";
import { runningContainers } from "../test/world/containers.ts";
import { descendants } from "../test/world/descendants.ts";
import type { TestSite } from "../test/world/site.ts";

/** A process that is not part of a person's own service. */
export type Beside = { readonly pid: number; readonly name: string };

/** All processes of a test machine but its first one and those in the containers of services: supervisor, front door, Podman's own. */
export async function processesBeside({ machine }: TestSite): Promise<Beside[]> {
  const containers = [...(await runningContainers(machine)).values()];
  const services = containers.filter(({ name }) => !name.includes(".front."));
  const theirs = (await Promise.all(services.map(async ({ pid }) => [pid, ...(await descendants(pid))]))).flat();
  const not = new Set([machine.pid(), ...theirs]);
  const roots = [machine.pid(), ...containers.map(({ pid }) => pid)];
  const namespaces = new Set(await Promise.all(roots.map((pid) => readlink(`/proc/${pid}/ns/pid`))));
  const pids = (await readdir("/proc")).map(Number).filter((pid) => Number.isInteger(pid) && !not.has(pid));
  const found = await Promise.all(pids.map((pid) => inOneOf(pid, namespaces)));
  return found.flatMap((each) => each ?? []);
}

async function inOneOf(pid: number, namespaces: ReadonlySet<string>): Promise<Beside | undefined> {
  try {
    if (!namespaces.has(await readlink(`/proc/${pid}/ns/pid`))) return undefined;
    return { pid, name: nameOf((await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0")) };
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ESRCH", "EACCES")) return undefined; // it ended while we looked, or is nobody's business
    throw thrown;
  }
}

function nameOf(words: readonly string[]): string {
  const [program = ""] = words;
  if (words.some((word) => word.endsWith("/controller/main.ts"))) return "supervisor";
  return program.split("/").at(-1) ?? program;
}
