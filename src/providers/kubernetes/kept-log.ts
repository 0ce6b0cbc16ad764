import { at, numberAt, parseJson } from "../../lib/json.ts";
import { problemOf } from "../../lib/problem.ts";
import { shorten } from "../../lib/text.ts";
import type { LogLine, LogQuery } from "../provider.ts";
import { mergeLines } from "./log-line.ts";
import type { PodState } from "./pod.ts";
import { podLog } from "./pod-log.ts";
import type { Session } from "./session.ts";

/** So many last lines are kept, of at most so many characters each, and so many bytes of all: an object of a cluster holds 1 MiB. */
const most = { lines: 1000, characters: 4000, bytes: 512 * 1024 } as const;

/** Milliseconds within which a node must have told them. */
const patience = 20_000;

/** The last lines that some pods wrote, also before they were started again, as the text to keep. What a silent node has is left out. */
export async function lastLines(session: Session, pods: readonly PodState[], signal: AbortSignal): Promise<string> {
  const query = { tail: most.lines, signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]) };
  const whole = async (pod: PodState) => {
    try {
      return await Array.fromAsync(podLog(session.client, pod, query));
    } catch (thrown) {
      if (problemOf(thrown).kind === "bug") throw thrown;
      return [];
    }
  };
  const logs = await Promise.all(pods.map(whole));
  const lines = await Array.fromAsync(mergeLines(logs.map(asStream)));
  const kept: string[] = [];
  let bytes = 0;
  for (const { at: when, text } of lines.slice(-most.lines).toReversed()) {
    const line = JSON.stringify({ at: when, text: shorten(text, most.characters) });
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > most.bytes) break;
    kept.push(line);
  }
  return kept.toReversed().join("\n");
}

/** What was kept, as far as it is asked for; it never grows, so it is never followed. */
export function keptLines(text: string, { since = 0, tail = most.lines }: LogQuery): readonly LogLine[] {
  const lines = text.split("\n").flatMap(readLine);
  const wanted = lines.filter((line) => line.at >= since);
  return wanted.slice(Math.max(0, wanted.length - tail));
}

function readLine(line: string): LogLine[] {
  const value = parseJson(line);
  const text = at(value, "text");
  return typeof text === "string" ? [{ at: numberAt(value, "at"), stream: "stdout", text }] : [];
}

async function* asStream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
