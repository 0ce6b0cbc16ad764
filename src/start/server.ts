import { chmod, chown, mkdir, rename, rm } from "node:fs/promises";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { dirname } from "node:path";
import type { Log } from "../lib/log.ts";
import { problemOf } from "../lib/problem.ts";
import { type Answer, type Asked, plainAnswer } from "./answer.ts";

// As in lib/http.ts: importing node:http as a module costs 12 MB that nobody here needs.
const { createServer } = process.getBuiltinModule("node:http");

/** Bytes of a body that are read; a form with two passwords is far below it. */
const longestBody = 8 * 1024;

/** Where pages are served, and by what. */
export type ServeOptions = {
  readonly at: ServedAt;
  readonly answer: (asked: Asked) => Promise<Answer>;
  /** Asked first: answers what it takes from the body piece by piece; undefined for what is a page's. */
  readonly take?: (asked: Head, body: AsyncIterable<unknown>) => Promise<Answer | undefined>;
  readonly log: Log;
};

/** Where somebody connects. */
export type ServedAt =
  /** The path of a unix socket, and the user id of the only one who may. */
  | { readonly socket: string; readonly user: number }
  /** A port of TCP on all addresses, where somebody else sees to who may: a policy of the cluster. */
  | { readonly port: number };

/** What is known of a request before its body. */
export type Head = Pick<Asked, "method" | "path" | "host"> & {
  /** `X-Hub-Signature-256`; empty when absent. */
  readonly signature: string;
};

/** Pages that are being served. */
export type Served = { close(): Promise<void> };

/**
 * Answers HTTP on a unix socket that one user alone may connect to, or on a port. Everything that comes in is bounded: connections, headers, bodies,
 * time. A page that fails is a line in the log and an answer 500, never the end of the process.
 */
export async function serve({ at, answer, take, log }: ServeOptions): Promise<Served> {
  const server = createServer(
    { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 15_000, keepAliveTimeout: 5_000 },
    (request, response) => {
      answerOne(request, response, { answer, take }).catch((thrown: unknown) => {
        // who went away in the middle of a sentence needs no answer, and no line in the log
        if (request.destroyed && !request.complete) return;
        log.warn(`the start page could not be shown: ${problemOf(thrown).message}`);
        send(
          response,
          plainAnswer(500, "This page could not be made. Whoever runs this cloud finds out why in its log.\n"),
        );
      });
    },
  );
  server.maxConnections = 64;
  server.setTimeout(20_000);
  server.on("error", ({ message }) => log.warn(`the start page: ${message}`));
  if ("port" in at) await listen(server, at.port);
  else await listenOnSocket(server, at);
  server.unref();
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, where: number | string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(where, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function listenOnSocket(server: Server, { socket, user }: Extract<ServedAt, { socket: string }>): Promise<void> {
  // whoever is to connect passes through it, whichever of the two came first after a reboot
  await mkdir(dirname(socket), { recursive: true, mode: 0o711 });
  await chmod(dirname(socket), 0o711);
  const fresh = `${socket}.new`;
  await rm(fresh, { force: true });
  await listen(server, fresh);
  await chown(fresh, user, user);
  await chmod(fresh, 0o600);
  // its name appears when everything else is right
  await rename(fresh, socket);
}

async function answerOne(
  request: IncomingMessage,
  response: ServerResponse,
  { answer, take }: Pick<ServeOptions, "answer"> & { readonly take: ServeOptions["take"] | undefined },
): Promise<void> {
  const method = request.method ?? "GET";
  const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
  const { host = "", origin = "" } = request.headers;
  const signature = String(request.headers["x-hub-signature-256"] ?? "");
  const taken = await take?.({ method, path, host, signature }, request);
  if (taken !== undefined) return send(response, taken);
  const body = method === "POST" ? await bodyOf(request) : "";
  if (body === undefined) return send(response, plainAnswer(413, "That is too long.\n"));
  const site = String(request.headers["sec-fetch-site"] ?? "");
  const made = await answer({ method, path, query, body, host, origin, fetchSite: site });
  send(response, method === "HEAD" ? { ...made, body: "" } : made);
}

/** The whole body; undefined when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > longestBody) return undefined;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    if (size > longestBody) return undefined;
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString("utf8");
}

function send(response: ServerResponse, { status, type, body, headers = {} }: Answer): void {
  if (response.headersSent) return void response.end();
  response.writeHead(status, { "content-type": type, ...headers });
  response.end(body);
}
