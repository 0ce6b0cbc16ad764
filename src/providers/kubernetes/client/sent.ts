import type { ClientRequest, IncomingMessage } from "node:http";
import type { Call, Limits } from "./call.ts";
import { connectionProblem, type Stopped } from "./connection-problems.ts";
import type { Opening } from "./connections.ts";
import { withoutQuery } from "./path.ts";

/** A request whose answer has begun. */
export type Sent = {
  readonly message: IncomingMessage;
  /** The answer may take as long as it likes from now on. */
  calm(): void;
  /** To be called when the body was read, or is not wanted any more. */
  done(): void;
  /** Throws the problem that an error while reading means. */
  explain(cause: unknown): never;
};

/**
 * Sends a request and waits for the head of its answer. The limit for the answer counts from when the request has a connection, and goes on
 * while the body is read. A kept connection that the server just closed is not held against it: whatever may be sent twice is.
 */
export async function send(url: URL, opening: Opening, call: Call, limits: Limits): Promise<Sent> {
  for (let left = keptAtMost; ; left -= 1) {
    try {
      return await attempt(url, opening, call, limits, left > 0 ? "again" : "at last");
    } catch (thrown) {
      if (!(thrown instanceof ClosedMeanwhile)) throw thrown;
    }
  }
}

/** So many kept connections may turn out to be closed, one after another, when the server went away for a moment. */
const keptAtMost = 32;

/** The connection was one that had been kept, and it was closed before any of the answer came. */
class ClosedMeanwhile extends Error {}

function attempt(
  url: URL,
  opening: Opening,
  call: Call,
  limits: Limits,
  whenClosed: "again" | "at last",
): Promise<Sent> {
  const stop = new AbortController();
  let stopped: Stopped | undefined;
  const end = (why: Stopped): void => {
    stopped ??= why;
    stop.abort();
  };
  const onAbort = (): void => end("signal");
  const timers: NodeJS.Timeout[] = [];
  const calm = (): void => {
    for (const timer of timers.splice(0)) clearTimeout(timer);
  };
  const done = (): void => {
    calm();
    call.signal?.removeEventListener("abort", onAbort);
  };
  const explain = (cause: unknown): never => {
    done();
    throw connectionProblem(url, `${call.method} ${withoutQuery(call.path)}`, limits, stopped, cause);
  };
  if (call.signal?.aborted === true) end("signal");
  call.signal?.addEventListener("abort", onAbort, { once: true });
  return new Promise((resolve, reject) => {
    const refuse = (cause: unknown): void => {
      try {
        explain(cause);
      } catch (problem) {
        reject(problem);
      }
    };
    let outgoing: ClientRequest;
    try {
      outgoing = opening.open(url, {
        agent: opening.agent,
        method: call.method,
        path: pathBelow(url, call.path),
        headers: { ...opening.headers, ...bodyHeaders(call) },
        signal: stop.signal,
      });
    } catch (cause) {
      refuse(cause); // a certificate or key that OpenSSL cannot read
      return;
    }
    let answered = false;
    outgoing.once("socket", (socket) => {
      timers.push(setTimeout(() => end("answer"), limits.answer));
      if (!socket.connecting) return;
      const timer = setTimeout(() => end("connect"), limits.connect);
      timers.push(timer);
      socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => {
        clearTimeout(timer);
        socket.setKeepAlive(true, 30_000); // a peer that is gone without a word is noticed in 40 s
      });
    });
    outgoing.once("response", (message) => {
      answered = true;
      resolve({ message, calm, done, explain });
    });
    outgoing.on("error", (cause) => {
      const isKept = !answered && stopped === undefined && outgoing.reusedSocket;
      if (isKept && call.method !== "POST" && whenClosed === "again") {
        done();
        reject(new ClosedMeanwhile());
      } else refuse(cause);
    });
    outgoing.end(call.body);
  });
}

function pathBelow(url: URL, path: string): string {
  return url.pathname === "/" ? path : `${url.pathname.replace(/\/$/, "")}${path}`;
}

function bodyHeaders(call: Call): Record<string, string | number> {
  return {
    accept: "application/json",
    ...(call.body === undefined
      ? {}
      : { "content-type": call.type ?? "application/json", "content-length": Buffer.byteLength(call.body) }),
  };
}
