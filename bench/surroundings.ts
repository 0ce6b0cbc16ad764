import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { exec } from "../src/lib/exec.ts";
import { megabytes } from "./row.ts";
import { amountText } from "./table.ts";

/** The machine that something was measured on, in one line of words. */
export async function machineWords(): Promise<string> {
  const system = /^PRETTY_NAME="?([^"\n]*)/m.exec(await readFile("/etc/os-release", "utf8"))?.[1] ?? "unknown system";
  const podman = await exec(["podman", "--version"]);
  const version = /\d+\.\d+\.\d+/.exec(podman.stdout)?.[0] ?? "of an unknown version";
  const processor = cpus()[0]?.model.trim() || "unknown processor";
  return [
    `${availableParallelism()} processors (${processor})`,
    `${amountText(megabytes(totalmem()))} memory`,
    system,
    `kernel ${release()}`,
    `Podman ${version}`,
    `Node ${process.version}`,
  ].join(", ");
}

/** Mean number of processes that wanted to run in the last minute. */
export function load(): number {
  return loadavg()[0] ?? 0;
}
