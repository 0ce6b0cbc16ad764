import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../lib/fs.ts";
import { numberAt, parseJson, textAt } from "../../lib/json.ts";
import { isAlive, type ProcessMark, readProc, startTime } from "../../lib/proc.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { SiteLayout } from "../layout.ts";
import { namesIn } from "./directory.ts";
import { fileName } from "./names.ts";

/** Nobody: whoever asked Podman for a start learnt that Podman died over it. */
const nobody: ProcessMark = { pid: 0, startTime: 0 };

/**
 * Leaves a mark while Podman starts a container. A start that is cut off, because Podman or this process was killed, can leave an
 * address taken for ever and a process without a network, which Podman then neither sees nor mends: the mark stays and tells.
 */
export async function whileStarting<T>(layout: SiteLayout, container: Container, start: () => Promise<T>): Promise<T> {
  const self = { pid: process.pid, startTime: (await startTime(process.pid)) ?? 0 };
  await writeMark(layout, container, self);
  try {
    const answer = await start();
    await rm(markOf(layout, container), { force: true });
    return answer;
  } catch (thrown) {
    await writeMark(layout, container, nobody);
    throw thrown;
  }
}

/** The services of which a start was cut off. Forgotten by a reboot, as what it left behind is. */
export async function cutOff(layout: SiteLayout): Promise<ReadonlySet<string>> {
  const services = new Set<string>();
  for (const path of await marks(layout)) {
    const mark = parseJson((await readProc(path)) ?? "");
    const starter = { pid: numberAt(mark, "pid"), startTime: numberAt(mark, "startTime") };
    if (starter.pid === 0 || !(await isAlive(starter))) services.add(textAt(mark, "service"));
  }
  services.delete(""); // ended while we looked
  return services;
}

/** Forgets the starts of a service: what they left is gone. */
export async function forgetStarts(layout: SiteLayout, service: string): Promise<void> {
  for (const path of await marks(layout)) {
    if (textAt(parseJson((await readProc(path)) ?? ""), "service") === service) await rm(path, { force: true });
  }
}

async function writeMark(layout: SiteLayout, container: Container, starter: ProcessMark): Promise<void> {
  await mkdir(directoryOf(layout), { recursive: true, mode: 0o711 });
  await writeAtomically(markOf(layout, container), JSON.stringify({ service: container.service, ...starter }));
}

async function marks(layout: SiteLayout): Promise<string[]> {
  return (await namesIn(directoryOf(layout)))
    .filter((name) => !name.endsWith(".new"))
    .map((name) => join(directoryOf(layout), name));
}

function markOf(layout: SiteLayout, container: Container): string {
  return join(directoryOf(layout), fileName(container.id));
}

function directoryOf(layout: SiteLayout): string {
  return join(layout.run, "starting");
}
