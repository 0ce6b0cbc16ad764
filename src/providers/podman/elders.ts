import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../lib/fs.ts";
import { numberAt, parseJson } from "../../lib/json.ts";
import { readProc } from "../../lib/proc.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { SiteLayout } from "../layout.ts";
import { namesIn } from "./directory.ts";
import { fileName } from "./names.ts";

/**
 * Notes that a container was told to reload. Those of its processes that it had relieved already by then, at its last reload, could not be told
 * where visitors are led to now: they may take requests for as long as the container says after that one.
 */
export async function noteReload(layout: SiteLayout, container: Container, hadElders: boolean): Promise<void> {
  const path = join(directoryOf(layout), fileName(container.id));
  const last = parseJson((await readProc(path)) ?? "");
  const span = container.reload?.elders?.milliseconds ?? 0;
  const until = hadElders ? numberAt(last, "at") + span : 0;
  await mkdir(directoryOf(layout), { recursive: true, mode: 0o711 });
  await writeAtomically(path, JSON.stringify({ at: sinceBoot(), until }), 0o600);
}

/** Forgets the reloads of a container that is gone, and its processes with it. */
export async function forgetReloads(layout: SiteLayout, container: Container): Promise<void> {
  await rm(join(directoryOf(layout), fileName(container.id)), { force: true });
}

/** Whether such a process may still lead somebody to where its configuration led. */
export async function mayHaveElders(layout: SiteLayout): Promise<boolean> {
  const now = sinceBoot();
  const names = (await namesIn(directoryOf(layout))).filter((name) => !name.endsWith(".new"));
  const notes = await Promise.all(names.map((name) => readProc(join(directoryOf(layout), name))));
  return notes.some((note) => numberAt(parseJson(note ?? ""), "until") > now);
}

/** Milliseconds since the machine started: for all processes the same, and set by nobody (clock_gettime(2), CLOCK_MONOTONIC). */
function sinceBoot(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

function directoryOf({ run }: SiteLayout): string {
  return join(run, "reloads");
}
