import type { IncomingMessage, Agent as KeptConnections } from "node:http";
import { fail } from "./problem.ts";

// Importing node:http as a module runs its lazy getters, WebSocket among them: 60 ms and 12 MB that nobody here needs.
const { Agent, request: open } = process.getBuiltinModule("node:http");

/** Whom to ask: a server on a unix socket, or one at an address. */
export type HttpServer = { readonly socket: string } | { readonly host: string; readonly port: number };

/** One request. */
export type HttpRequest = {
  readonly method?: string;
  /** With the query, already encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Milliseconds until the answer's head is there (and for {@link HttpClient.ask} its whole body); default 60,000. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
};

/** The head of an answer. */
export type HttpHead = { readonly status: number; readonly headers: Readonly<Record<string, string>> };

/** An answer whose body was read whole. */
export type HttpAnswer = HttpHead & { readonly body: string };

/** An answer whose body is read as it comes. Ending the loop early closes the connection. */
export type HttpStream = HttpHead & { readonly chunks: AsyncIterable<Uint8Array> };

/** Requests to one server over connections that are kept. */
export type HttpClient = {
  ask(request: HttpRequest): Promise<HttpAnswer>;
  stream(request: HttpRequest): Promise<HttpStream>;
  close(): void;
};

/** A body larger than so many bytes is a problem, unless it is streamed. */
const largest = 64 * 1024 * 1024;

/**
 * A client for one server. Any status is an answer. Problems, all transient: `HTTP_UNREACHABLE` nothing answers there or it
 * hung up (the error's code is in `got`), `HTTP_TIMEOUT`, `HTTP_TOO_LARGE`; `HTTP_STOPPED` (waiting) by the signal.
 */
export function httpClient(server: HttpServer): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  return {
    ask: async (request) => {
      const signal = deadline(request);
      const message = await send(server, agent, request, signal);
      return { ...headOf(message), body: await whole(server, request, message, signal) };
    },
    stream: async (request) => {
      const waiting = new AbortController();
      const timer = setTimeout(() => waiting.abort(timedOut), request.timeout ?? 60_000);
      const signal = AbortSignal.any([waiting.signal, ...(request.signal === undefined ? [] : [request.signal])]);
      try {
        const message = await send(server, undefined, request, signal);
        return { ...headOf(message), chunks: chunksOf(server, request, message, signal) };
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => agent.destroy(),
  };
}

const timedOut = new Error("timed out");

function deadline(request: HttpRequest): AbortSignal {
  const limit = AbortSignal.timeout(request.timeout ?? 60_000);
  return request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]);
}

function send(
  server: HttpServer,
  agent: KeptConnections | undefined,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = open({
      ...("socket" in server ? { socketPath: server.socket } : { host: server.host, port: server.port }),
      ...(agent === undefined ? { agent: false } : { agent }),
      method: request.method ?? "GET",
      path: request.path,
      headers: { ...request.headers },
      signal,
    });
    outgoing.once("response", resolve);
    outgoing.on("error", reject);
    outgoing.end(request.body);
  }).catch((cause: unknown) => explain(server, request, cause, signal));
}

function headOf(message: IncomingMessage): HttpHead {
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value ?? "")]);
  return { status: message.statusCode ?? 0, headers: Object.fromEntries(headers) };
}

async function whole(
  server: HttpServer,
  request: HttpRequest,
  message: IncomingMessage,
  signal: AbortSignal,
): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(server, request, message, signal)) {
    size += chunk.length;
    if (size > largest)
      fail("HTTP_TOO_LARGE", `expected at most ${largest} bytes from ${nameOf(server)}`, { kind: "transient" });
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString("utf8");
}

async function* chunksOf(
  server: HttpServer,
  request: HttpRequest,
  message: IncomingMessage,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of message) if (chunk instanceof Uint8Array) yield chunk;
  } catch (cause) {
    explain(server, request, cause, signal);
  }
}

function explain(server: HttpServer, request: HttpRequest, cause: unknown, signal: AbortSignal): never {
  const what = `${request.method ?? "GET"} ${request.path.split("?")[0]}`;
  if (request.signal?.aborted === true) fail("HTTP_STOPPED", `${what} was stopped`, { kind: "waiting", cause });
  if (signal.aborted)
    fail("HTTP_TIMEOUT", `${nameOf(server)} did not answer ${what} within ${(request.timeout ?? 60_000) / 1000} s`, {
      kind: "transient",
      cause,
    });
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  return fail("HTTP_UNREACHABLE", `expected an answer from ${nameOf(server)}, got ${code}`, {
    kind: "transient",
    got: code,
    cause,
  });
}

function nameOf(server: HttpServer): string {
  return "socket" in server ? server.socket : `${server.host}:${server.port}`;
}
