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
  if (!query.follow || query.tail === undefined) return yield* read(session, name, query);
  // Podman loses what is written between the last lines and those to come: these are asked for from the last one on.
  const { tail: _tail, ...rest } = query;
  let last = query.since;
  let again = 0;
  for await (const line of read(session, name, { ...query, follow: false })) {
    again = line.at === last ? again + 1 : 1;
    last = line.at;
    yield line;
  }
  if (query.signal.aborted) return;
  for await (const line of read(session, name, last === undefined ? rest : { ...rest, since: last })) {
    if (line.at === last && again > 0) again -= 1;
    else yield line;
  }
}

async function* read(session: Session, name: string, query: LogQuery): AsyncGenerator<LogLine> {
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
    if (status >= 400) refused(`the log of ${name}`, { status, body: undefined, words: "" });
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
