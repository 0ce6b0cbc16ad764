import type { AgentOptions, RequestOptions } from "node:https";
import type { Access, Credentials } from "./access.ts";

// As in lib/http.ts: importing node:http as a module costs 60 ms that nobody here needs.
const http = process.getBuiltinModule("node:http");
const https = process.getBuiltinModule("node:https");

/** How the TLS of a connection is set up. */
export type TlsOptions = Pick<AgentOptions, "ca" | "cert" | "key" | "servername" | "rejectUnauthorized">;

/** What a request is opened with. */
export type Opening = {
  readonly open: typeof https.request;
  readonly agent: NonNullable<RequestOptions["agent"]>;
  readonly headers: Readonly<Record<string, string | string[]>>;
};

/** The connections to one cluster: those of short requests are kept, those of streams are their own. */
export type Connections = {
  readonly url: URL;
  opening(use: "short" | "stream"): Promise<Opening>;
  /** For a WebSocket: the same TLS and headers, without a pool. */
  upgrade(): Promise<{ readonly tls: TlsOptions; readonly headers: Opening["headers"] }>;
  close(): void;
};

/** So many short requests at one time; more wait. */
const most = 32;

/** Milliseconds for which an idle connection is kept: less than load balancers do. */
const idle = 50_000;

/** The connections that an access leads to. A new client certificate has new connections; those before it end when they are idle. */
export function connectionsTo(access: Access): Connections {
  const url = new URL(access.server);
  const open = url.protocol === "https:" ? https.request : http.request;
  let pair: Credentials = {};
  let pools = poolsOf(url, tlsOf(access, pair));
  const current = async (): Promise<{ readonly headers: Opening["headers"]; readonly credentials: Credentials }> => {
    const credentials = await access.credentials();
    if (credentials.certificate !== pair.certificate || credentials.key !== pair.key) {
      pair = credentials;
      pools = poolsOf(url, tlsOf(access, pair));
    }
    return { headers: headersOf(access, credentials), credentials };
  };
  return {
    url,
    opening: async (use) => {
      const { headers } = await current();
      return {
        open,
        agent: pools[use],
        headers: use === "short" ? { ...headers, "accept-encoding": "gzip" } : headers,
      };
    },
    upgrade: async () => {
      const { headers, credentials } = await current();
      return { tls: tlsOf(access, credentials), headers };
    },
    close: () => {
      pools.short.destroy();
      pools.stream.destroy();
    },
  };
}

function poolsOf(
  url: URL,
  tls: TlsOptions,
): Record<"short" | "stream", NonNullable<RequestOptions["agent"]> & { destroy(): void }> {
  const Agent = url.protocol === "https:" ? https.Agent : http.Agent;
  return {
    short: new Agent({ keepAlive: true, maxSockets: most, timeout: idle, ...tls }),
    stream: new Agent({ keepAlive: false, ...tls }),
  };
}

function tlsOf(access: Access, { certificate, key }: Credentials): TlsOptions {
  return {
    rejectUnauthorized: access.verify,
    ...(access.authority === undefined ? {} : { ca: access.authority }),
    ...(access.serverName === undefined ? {} : { servername: access.serverName }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
  };
}

function headersOf(access: Access, { token }: Credentials): Opening["headers"] {
  return {
    "user-agent": "freehold",
    ...Object.fromEntries(Object.entries(access.impersonation).map(([name, value]) => [name, mutable(value)])),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}

function mutable(value: string | readonly string[]): string | string[] {
  return typeof value === "string" ? value : [...value];
}
