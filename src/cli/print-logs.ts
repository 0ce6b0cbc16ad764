import type { LogLine, LogQuery, Runtime } from "../providers/provider.ts";
import type { Container } from "../resource/kinds/container.ts";
import type { Context } from "./command.ts";
import { followByTime } from "./follow.ts";
import { mergeByTime } from "./merge.ts";
import { clockOf, type LogView, logJson, logText, prefixes } from "./views/logs.ts";

/** Which lines are wanted. */
export type LogWish = Omit<LogQuery, "signal"> & {
  /** In lower case. */
  readonly grep?: string;
};

/** What is printed, and how. */
export type LogJob = {
  readonly read: Runtime["logs"];
  readonly site: string;
  readonly containers: readonly Container[];
  readonly query: LogWish;
  readonly form: "text" | "json";
};

/** How long a line that is followed waits for older ones of other parts, in milliseconds. */
const patience = 200;

/** Prints logs by time: what was written so far, then, when they are followed, what comes. */
export async function printLogs({ terminal, signal, clock, zone }: Context, job: LogJob): Promise<void> {
  const { containers, query, form } = job;
  const names = prefixes(containers);
  const times = clockOf(zone);
  const print = (line: LogView): void => {
    if (query.grep !== undefined && !line.text.toLowerCase().includes(query.grep)) return;
    if (form === "json") terminal.jsonLine(logJson(line));
    else terminal.print(logText(line, names, times));
  };
  const begun = clock.now();
  const past = containers.map((container) => labelled(job, container, { ...query, follow: false, signal }));
  for await (const line of mergeByTime(past)) if (!query.follow || line.at < begun) print(line);
  if (!query.follow) return;
  const coming = containers.map((container) => labelled(job, container, { follow: true, since: begun, signal }));
  for await (const line of followByTime(coming, { clock, wait: patience })) print(line);
}

async function* labelled({ read, site }: LogJob, container: Container, query: LogQuery): AsyncGenerator<LogView> {
  for await (const line of read(site, container.id, query)) yield { ...pick(line), container };
}

function pick({ at, stream, text }: LogLine): LogLine {
  return { at, stream, text };
}
