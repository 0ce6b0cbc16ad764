import { lstat, open, readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join, posix } from "node:path";
import { isErrno } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import type { Container, Reload } from "../../resource/kinds/container.ts";
import type { SiteLayout } from "../layout.ts";
import { mustHaveReloaded, reloadLines } from "../reload-answer.ts";
import { runDirectory } from "./binds.ts";
import { noteReload } from "./elders.ts";
import { fileDirectory } from "./file.ts";
import { liveContent, markLoaded } from "./loaded.ts";

/** Milliseconds that an answer may take, and bytes that are read of it. */
const patience = 20_000;
const longest = 65_536;

/**
 * Tells a running container to take up what its live mounts show, and remembers that it did. Problem: `RELOAD_FAILED` with what
 * it answered; it then runs on as before.
 */
export async function reload(layout: SiteLayout, container: Container, how: Reload): Promise<void> {
  const live = await liveContent(layout, container);
  const say = (line: string): Promise<string> =>
    tell(runDirectory(layout, container), container, { ...how, send: line });
  const elders = how.elders !== undefined && (await say(how.elders.ask)).includes(how.elders.shows);
  for (const line of await linesBefore(layout, how)) await say(line);
  const answer = await say(how.send);
  await noteReload(layout, container, elders);
  mustHaveReloaded(container, how, answer);
  await markLoaded(layout, container, live);
}

/** What is to be said first, as the newest version has it. */
async function linesBefore(layout: SiteLayout, { before }: Reload): Promise<readonly string[]> {
  if (before === undefined) return [];
  try {
    const text = await readFile(join(fileDirectory(layout, before.file), "current", before.entry), "utf8");
    return reloadLines(text);
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return [];
    throw thrown;
  }
}

async function tell(directory: string, container: Container, how: Reload): Promise<string> {
  const name = posix.basename(how.socket);
  try {
    // The container owns this directory: a link could lead to anybody's socket.
    if (!(await lstat(join(directory, name))).isSocket()) return "";
    const handle = await open(directory, "r");
    try {
      return await converse(`/proc/self/fd/${handle.fd}/${name}`, how.send); // a path of a socket is at most 107 bytes
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (!isErrno(cause, "ENOENT", "ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOTDIR")) throw cause;
    return fail("RELOAD_FAILED", `${container.service} does not listen for new settings (${cause.code})`, {
      kind: "transient",
      cause,
    });
  }
}

function converse(path: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let answer = "";
    socket.setTimeout(patience, () => socket.destroy());
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.end(`${line}\n`));
    socket.on("data", (text: string) => {
      answer += text;
      if (answer.length > longest) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer.slice(0, longest)));
  });
}
