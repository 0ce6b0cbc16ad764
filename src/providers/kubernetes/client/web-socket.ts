import type { WebSocket } from "ws";
import type { Api } from "./api.ts";
import { usualLimits } from "./call.ts";

/** The largest message; a cluster's have some 32 KiB. */
const largest = 16 * 1024 * 1024;

/** Begins a WebSocket to a path (with its query) of the API, by one of these protocols. Listen to it at once: nothing is kept for later. */
export async function beginSocket(api: Api, path: string, protocols: readonly string[]): Promise<WebSocket> {
  const { WebSocket } = await import("ws");
  const { connections } = api.transport;
  const { tls, headers } = await connections.upgrade();
  const { protocol, host, pathname } = connections.url;
  api.transport.tally({ count: 1 });
  const address = `${protocol === "https:" ? "wss" : "ws"}://${host}${pathname.replace(/\/$/, "")}${path}`;
  return new WebSocket(address, [...protocols], {
    ...tls,
    headers: { ...headers },
    handshakeTimeout: usualLimits.answer,
    maxPayload: largest,
    perMessageDeflate: false,
  });
}
