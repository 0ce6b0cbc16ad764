import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Access } from "./access.ts";
import { type Call, type Limits, usualLimits } from "./call.ts";
import type { Requests } from "./client.ts";
import { tooLarge } from "./connection-problems.ts";
import { type Connections, connectionsTo } from "./connections.ts";
import { type Sent, send } from "./sent.ts";

const unpack = promisify(gunzip);

/** The head of an answer. */
export type Head = { readonly status: number; readonly headers: IncomingMessage["headers"] };

/** Requests and their answers, whatever their status. Problems: those of connection-problems.ts. */
export type Transport = {
  /** The body whole: at most 64 MiB, within 30 s. */
  ask(call: Call): Promise<Head & { readonly body: string }>;
  /** The head within 30 s, then the body as it comes. Its chunks must be read, if only to be left early. */
  stream(call: Call): Promise<Head & { readonly chunks: AsyncIterable<Uint8Array> }>;
  readonly connections: Connections;
  readonly requests: Requests;
  /** Something went over the wire by another way (a WebSocket). */
  tally(more: Partial<Requests>): void;
};

/** The transport to a cluster. */
export function transportTo(access: Access, limits: Limits = usualLimits): Transport {
  const connections = connectionsTo(access);
  const requests = { count: 0, bytesIn: 0, bytesOut: 0 };
  const tally: Transport["tally"] = ({ count = 0, bytesIn = 0, bytesOut = 0 }) => {
    requests.count += count;
    requests.bytesIn += bytesIn;
    requests.bytesOut += bytesOut;
  };
  const begin = async (use: "short" | "stream", call: Call): Promise<Sent> => {
    const opening = await connections.opening(use);
    tally({ count: 1, bytesOut: Buffer.byteLength(call.body ?? "") });
    return send(connections.url, opening, call, limits);
  };
  return {
    connections,
    requests,
    tally,
    ask: async (call) => {
      const sent = await begin("short", call);
      return { ...headOf(sent.message), body: await whole(sent, tally, limits.body, connections.url) };
    },
    stream: async (call) => {
      const sent = await begin("stream", call);
      sent.calm();
      return { ...headOf(sent.message), chunks: chunksOf(sent, tally) };
    },
  };
}

function headOf(message: IncomingMessage): Head {
  return { status: message.statusCode ?? 0, headers: message.headers };
}

/** The body as text; large ones come compressed, a tenth of the bytes. */
async function whole(sent: Sent, tally: Transport["tally"], largest: number, url: URL): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(sent, tally)) {
    size += chunk.length;
    if (size > largest) throw tooLarge(url, largest);
    parts.push(chunk);
  }
  const bytes = Buffer.concat(parts);
  if (sent.message.headers["content-encoding"] !== "gzip") return bytes.toString("utf8");
  try {
    return (await unpack(bytes, { maxOutputLength: largest })).toString("utf8");
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(url, largest);
    return sent.explain(cause);
  }
}

async function* chunksOf(sent: Sent, tally: Transport["tally"]): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of sent.message) {
      if (!(chunk instanceof Uint8Array)) continue;
      tally({ bytesIn: chunk.length });
      yield chunk;
    }
  } catch (cause) {
    sent.explain(cause);
  } finally {
    sent.done();
  }
}
