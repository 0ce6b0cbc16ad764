import type { Clock } from "../../../lib/clock.ts";
import { parseJson } from "../../../lib/json.ts";
import { fail } from "../../../lib/problem.ts";
import type { Access } from "./access.ts";
import type { Call } from "./call.ts";
import { withoutQuery } from "./path.ts";
import { refusal } from "./problems.ts";
import { readStatus, retryAfter } from "./status.ts";
import { type Task, wordsOf } from "./task.ts";
import type { Head, Transport } from "./transport.ts";

/** The API as every part of the client asks it. */
export type Api = {
  readonly access: Access;
  readonly clock: Clock;
  readonly transport: Transport;
  /** Any status. Who is not known (401) asks once more with new credentials; who shall come later (429, 503 with a time) does. */
  ask(call: Call): Promise<Head & { readonly body: string }>;
  /** The value that is answered. Problems: those of problems.ts. */
  value(task: Task, call: Call): Promise<unknown>;
  /** The body as it comes. Problems: those of problems.ts. */
  chunks(task: Task, call: Call): Promise<AsyncIterable<Uint8Array>>;
};

/** How often something is asked in all, and the longest wait between two, in seconds. */
const tries = 4;
const longestWait = 10;

/** The API behind a transport. */
export function apiOver(access: Access, transport: Transport, clock: Clock): Api {
  const patiently = async <Answer extends Head>(
    call: Call,
    once: () => Promise<Answer>,
    bodyOf: (answer: Answer) => Promise<string>,
  ): Promise<Answer & { readonly failure?: string }> => {
    let forgotten = false;
    for (let tried = 1; ; tried += 1) {
      const answer = await once();
      if (answer.status < 400) return answer;
      const failure = await bodyOf(answer);
      const wait = waitOf(answer, failure);
      if (answer.status === 401 && !forgotten) {
        forgotten = true;
        access.forget();
      } else if (wait !== undefined && tried < tries) await pause(clock, wait * 1_000, call);
      else return { ...answer, failure };
    }
  };
  const ask: Api["ask"] = (call) =>
    patiently(
      call,
      () => transport.ask(call),
      async ({ body }) => body,
    );
  return {
    access,
    clock,
    transport,
    ask,
    value: async (task, call) => {
      const { status, body } = await ask(call);
      if (status >= 400) throw refusal(task, readStatus(status, body));
      return (
        parseJson(body) ??
        fail("CLUSTER_FAILED", `expected JSON from the cluster to ${wordsOf(task)}, got none`, { kind: "transient" })
      );
    },
    chunks: async (task, call) => {
      const { status, chunks, failure } = await patiently(
        call,
        () => transport.stream(call),
        (answer) => beginningOf(answer.chunks),
      );
      if (failure !== undefined) throw refusal(task, readStatus(status, failure));
      return chunks;
    },
  };
}

async function pause(clock: Clock, milliseconds: number, { method, path, signal }: Call): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch (cause) {
    fail("CLUSTER_STOPPED", `${method} ${withoutQuery(path)} was stopped`, { kind: "waiting", cause });
  }
}

/** Seconds to wait before it is asked again; undefined when that was its answer. */
function waitOf({ status, headers }: Head, body: string): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const said = retryAfter(headers["retry-after"], body) ?? (status === 429 ? 1 : undefined);
  return said === undefined ? undefined : Math.min(said, longestWait);
}

/** What is read of an answer that says why not. */
const enough = 64 * 1024;

/** The beginning of an answer that says why not. */
export async function beginningOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length > enough) break;
  }
  return Buffer.concat(parts).toString("utf8");
}
