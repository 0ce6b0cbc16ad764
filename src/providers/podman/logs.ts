import type { LogLine, LogQuery } from "../provider.ts";
import { refused } from "./client.ts";
import { needContainer } from "./container-list.ts";
import { readLogLines } from "./frames.ts";
import type { Session } from "./session.ts";

/**
 * The lines of a container's log, oldest first. With `follow` also those to come, until the container ends or the signal
 * says so, which is a plain end. Problem: `CONTAINER_UNKNOWN`.
 */
export async function* containerLogs(session: Session, id: string, query: LogQuery): AsyncGenerator<LogLine> {
  const { name } = await needContainer(session.client, session.site, id);
  const since = query.since;
  try {
    const { status, chunks } = await session.client.stream("GET", `/containers/${name}/logs`, {
      query: {
        stdout: true,
        stderr: true,
        timestamps: true,
        follow: query.follow,
        ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
        ...(query.tail === undefined ? {} : { tail: query.tail }),
      },
      signal: query.signal,
    });
    if (status >= 400) refused(`the log of ${id}`, { status, body: undefined, words: "" });
    for await (const line of readLogLines(chunks)) if (since === undefined || line.at >= since) yield line;
  } catch (thrown) {
    if (!query.signal.aborted) throw thrown;
  }
}

/** The last lines that a container printed. */
export async function lastLines(session: Session, id: string, count: number): Promise<string[]> {
  const lines: string[] = [];
  const query = { follow: false, tail: count, signal: AbortSignal.timeout(5000) };
  for await (const { text } of containerLogs(session, id, query)) lines.push(text);
  return lines;
}
