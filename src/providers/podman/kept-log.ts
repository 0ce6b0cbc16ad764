import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readIfThere, writeAtomically } from "../../lib/fs.ts";
import { at, numberAt, parseJson, textAt } from "../../lib/json.ts";
import type { SiteLayout } from "../layout.ts";
import type { LogLine, LogQuery } from "../provider.ts";
import type { FoundContainer } from "./container-list.ts";
import { removeEmpty } from "./directory.ts";
import { containerLogs } from "./logs.ts";
import type { Session } from "./session.ts";

/** So many last lines are kept. */
const most = 5000;

/**
 * Writes down the last lines of a container's log, for the time when it is put aside: where Podman has it the next container of this name
 * goes on writing. Only root may read it.
 */
export async function keepLog(session: Session, { container, run }: FoundContainer): Promise<void> {
  const query = { follow: false, tail: most, signal: AbortSignal.timeout(20_000) };
  const lines: string[] = [];
  for await (const line of containerLogs(session, container.id, query)) lines.push(JSON.stringify(line));
  await mkdir(directoryOf(session.layout), { recursive: true, mode: 0o700 });
  await writeAtomically(pathOf(session.layout, run.containerId), lines.join("\n"));
}

/** What was kept, as far as it is asked for; it never grows, so it is never followed. */
export async function keptLog(
  layout: SiteLayout,
  containerId: string,
  { since = 0, tail = most }: LogQuery,
): Promise<readonly LogLine[]> {
  const text = (await readIfThere(pathOf(layout, containerId))) ?? "";
  const lines = text.split("\n").flatMap(readLine);
  const wanted = lines.filter((line) => line.at >= since);
  return wanted.slice(Math.max(0, wanted.length - tail));
}

/** Forgets it. */
export async function forgetKeptLog(layout: SiteLayout, containerId: string): Promise<void> {
  await rm(pathOf(layout, containerId), { force: true });
  await removeEmpty(layout.home, directoryOf(layout));
}

function readLine(line: string): LogLine[] {
  const value = parseJson(line);
  const text = at(value, "text");
  if (typeof text !== "string") return [];
  return [{ at: numberAt(value, "at"), stream: textAt(value, "stream") === "stderr" ? "stderr" : "stdout", text }];
}

function directoryOf(layout: SiteLayout): string {
  return join(layout.home, "failed");
}

function pathOf(layout: SiteLayout, containerId: string): string {
  return join(directoryOf(layout), `${containerId}.log`);
}
