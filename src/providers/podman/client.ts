import type { HttpStream } from "../../lib/http.ts";
import { parseJson, textAt } from "../../lib/json.ts";
import { fail } from "../../lib/problem.ts";
import { died, type PodmanService } from "./service.ts";

/** Values of a query; maps and lists are sent as JSON, absent ones not at all. */
export type Query = Readonly<Record<string, string | number | boolean | object | undefined>>;

/** What is asked of Podman's libpod API, see https://docs.podman.io/en/latest/_static/api.html */
export type Call = {
  readonly query?: Query;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Milliseconds; default 60,000. */
  readonly timeout?: number;
};

/** An answer; `words` is what the API says went wrong, "" when nothing did. */
export type Answer = { readonly status: number; readonly body: unknown; readonly words: string };

/** Podman's API, as thin as can be. */
export type PodmanClient = {
  /** Any status is an answer. */
  ask(method: "GET" | "POST" | "DELETE", path: string, call?: Call): Promise<Answer>;
  /** The body of an answer below 400. Problem: `RUNTIME_REFUSED` with Podman's words. */
  get(path: string, call?: Call): Promise<unknown>;
  /** An answer of any status whose body is read as it comes. Its chunks must be read, if only to be left early. */
  stream(method: "GET" | "POST", path: string, call?: Call): Promise<HttpStream>;
};

/** The version of the API that is asked for: 4.0 answers the same way in Podman 4.3 and 5. */
const prefix = "/v4.0.0/libpod";

/** A client over a service. */
export function podmanClient(service: PodmanService): PodmanClient {
  const ask: PodmanClient["ask"] = async (method, path, call = {}) => {
    const { client, release } = await service.hold();
    try {
      const { status, body } = await client.ask(requestOf(method, path, call)).catch(died);
      const value = parseJson(body);
      return { status, body: value, words: status < 400 ? "" : cleaned(value, body) };
    } finally {
      release();
    }
  };
  return {
    ask,
    get: async (path, call) => {
      const answer = await ask("GET", path, call);
      return answer.status < 400 ? answer.body : refused(path, answer);
    },
    stream: async (method, path, call = {}) => {
      const { client, release } = await service.hold();
      try {
        const stream = await client.stream(requestOf(method, path, call)).catch(died);
        return { ...stream, chunks: released(stream.chunks, release) };
      } catch (thrown) {
        release();
        throw thrown;
      }
    },
  };
}

async function* released(chunks: AsyncIterable<Uint8Array>, release: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (thrown) {
    died(thrown);
  } finally {
    release();
  }
}

/** Throws `RUNTIME_REFUSED`: Podman answered something that nobody here expected. */
export function refused(what: string, answer: Answer): never {
  return fail("RUNTIME_REFUSED", `Podman refused ${what}: ${answer.words || `status ${answer.status}`}`, {
    kind: "transient",
    got: answer.words,
  });
}

function requestOf(method: string, path: string, call: Call) {
  const query = Object.entries(call.query ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([key, value]): [string, string] => [key, typeof value === "object" ? JSON.stringify(value) : String(value)]);
  return {
    method,
    path: `${prefix}${path}${query.length === 0 ? "" : `?${new URLSearchParams(query)}`}`,
    ...(call.body === undefined
      ? {}
      : { body: JSON.stringify(call.body), headers: { "content-type": "application/json" } }),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
    ...(call.timeout === undefined ? {} : { timeout: call.timeout }),
  };
}

/** The most telling words of an error body: the whole chain, else the innermost cause. */
function cleaned(value: unknown, body: string): string {
  return (textAt(value, "message") || textAt(value, "cause") || body).replaceAll(/\s+/g, " ").trim().slice(0, 600);
}
