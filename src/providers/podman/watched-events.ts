import { type FSWatcher, watch } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../../lib/fs.ts";
import { parseJson, textAt } from "../../lib/json.ts";
import type { Changed } from "../provider.ts";
import { labels } from "./names.ts";
import { aborted, unseen } from "./unseen.ts";

/** Bytes that are read at once of what was written meanwhile; of a storm the end tells. */
const most = 1024 * 1024;

/** What Podman's journal calls the ways in which a container is taken away or stood still. Deaths and starts are the kernel's to tell. */
const containerWords: ReadonlySet<string> = new Set(["remove", "rename", "pause", "unpause"]);
const imageWords: ReadonlySet<string> = new Set(["remove", "untag"]);

/**
 * Tells what Podman wrote into its journal (`events_logger = "file"`, podman-events(1)) about a site: containers and networks that were
 * taken away. Problem: `CHANGES_UNSEEN`.
 */
export async function watchEvents(
  tmp: string,
  site: string,
  post: (what: Changed) => void,
  signal: AbortSignal,
): Promise<void> {
  const directory = join(tmp, "events");
  const path = join(directory, "events.log");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  let read = await sizeOf(path);
  let reading = Promise.resolve();
  const look = async (): Promise<void> => {
    const { text, end } = await textFrom(path, read);
    read = end;
    for (const line of text.split("\n")) {
      const what = eventOf(parseJson(line), site);
      if (what !== undefined) post(what);
    }
  };
  let broken: unknown;
  const failed = new Promise<void>((resolve) => {
    const watcher = watchOrSay(directory);
    signal.addEventListener("abort", () => watcher.close(), { once: true });
    const stop = (cause: unknown): void => {
      broken = cause;
      watcher.close();
      resolve();
    };
    watcher.on("error", stop);
    watcher.on("change", (_, name) => {
      if (name === "events.log") reading = reading.then(look).catch(stop);
    });
  });
  await Promise.race([failed, aborted(signal)]);
  if (broken !== undefined) unseen("containers", broken);
}

/** What a line of the journal means for a site; undefined when nothing that matters. */
export function eventOf(event: unknown, site: string): Changed | undefined {
  const status = textAt(event, "Status");
  switch (textAt(event, "Type")) {
    case "container":
      return containerWords.has(status) && textAt(event, "Attributes", labels.site) === site ? "container" : undefined;
    case "network":
      return status === "remove" && textAt(event, "network").startsWith(`${site}.`) ? "network" : undefined;
    case "image":
      return imageWords.has(status) ? "container" : undefined;
    default:
      return undefined;
  }
}

function watchOrSay(directory: string): FSWatcher {
  try {
    return watch(directory, { persistent: false });
  } catch (thrown) {
    return unseen("containers", thrown);
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await textFrom(path, Number.POSITIVE_INFINITY)).end;
}

/** The whole lines that were written since. A journal that is shorter than it was began anew. */
async function textFrom(path: string, from: number): Promise<{ readonly text: string; readonly end: number }> {
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    if (from > size && from !== Number.POSITIVE_INFINITY) return { text: "", end: 0 };
    if (from >= size) return { text: "", end: size };
    const begin = Math.max(from, size - most);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - begin), 0, size - begin, begin);
    const whole = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
    return { text: buffer.toString("utf8", 0, whole), end: begin + whole };
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return { text: "", end: 0 };
    throw thrown;
  }
}
