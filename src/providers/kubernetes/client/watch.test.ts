import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { type ApiServer, apiServer, apiTo } from "../../../../test/kubernetes/api-server.ts";
import { type FakeClock, fakeClock } from "../../../lib/fake-clock.ts";
import type { WatchEvent } from "./client.ts";
import { objectKinds } from "./object-kinds.ts";
import { watchObjects } from "./watch.ts";

function line(type: string, name: string, version: string): string {
  return `${JSON.stringify({ type, object: { metadata: { name, resourceVersion: version } } })}\n`;
}

/** A cluster whose watches are answered one after the other; lists say that it is at version 7. The last watch stays open. */
function cluster(...watches: readonly ((response: ServerResponse) => void)[]): Promise<ApiServer> {
  const waiting = [...watches];
  return apiServer((request, response) => {
    if (!request.url?.includes("watch=true")) response.end('{"metadata":{"resourceVersion":"7"},"items":[]}');
    else (waiting.shift() ?? (() => {}))(response);
  });
}

/** The first events, in words; then the watch is ended. */
async function events(server: ApiServer, count: number, from?: string, clock?: FakeClock): Promise<string[]> {
  const stop = new AbortController();
  const told: string[] = [];
  const options = { signal: stop.signal, ...(from === undefined ? {} : { from }) };
  for await (const event of watchObjects(apiTo(server.access, clock ?? fakeClock()), objectKinds.configMap, options)) {
    told.push(inWords(event));
    if (told.length === count) stop.abort();
  }
  return told;
}

function inWords(event: WatchEvent): string {
  return event.type === "RELIST" ? event.type : `${event.type} ${event.object.metadata.name}`;
}

const versions = ({ asked }: ApiServer): string[] =>
  asked.flatMap((one) =>
    one.includes("watch=true") ? [new URLSearchParams(one.split("?")[1]).get("resourceVersion") ?? ""] : [],
  );

describe("a watch", () => {
  test("without a version tells to list first, and then what comes after that list", async () => {
    const server = await cluster((response) => void response.write(line("ADDED", "a", "8")));
    expect(await events(server, 2)).toEqual(["RELIST", "ADDED a"]);
    expect(versions(server)).toEqual(["7"]);
  });

  test("that ends silently goes on where it was, also when only a bookmark said where", async () => {
    const server = await cluster(
      (response) => response.end(line("ADDED", "a", "8") + line("BOOKMARK", "", "12")),
      (response) => response.end(),
      (response) => void response.write(line("DELETED", "a", "13")),
    );
    expect(await events(server, 2, "5")).toEqual(["ADDED a", "DELETED a"]);
    expect(versions(server)).toEqual(["5", "12", "12"]);
  });

  test("that is cut off in the middle of an event loses nothing: it is told by the next one", async () => {
    const server = await cluster(
      (response) => {
        response.write(line("ADDED", "a", "8") + line("ADDED", "b", "9").slice(0, 20));
        setTimeout(() => response.socket?.destroy(), 20);
      },
      (response) => void response.write(line("ADDED", "b", "9")),
    );
    expect(await events(server, 2, "5")).toEqual(["ADDED a", "ADDED b"]);
    expect(versions(server)).toEqual(["5", "8"]);
  });

  test("whose version is too old tells to list again, whether the cluster says so at once or in the stream", async () => {
    const expired = { type: "ERROR", object: { kind: "Status", code: 410, metadata: {} } };
    const server = await cluster(
      (response) => response.writeHead(410).end("{}"),
      (response) => response.end(`${JSON.stringify(expired)}\n`),
      (response) => void response.write(line("ADDED", "a", "8")),
    );
    expect(await events(server, 3, "1")).toEqual(["RELIST", "RELIST", "ADDED a"]);
    expect(versions(server)).toEqual(["1", "7", "7"]);
  });

  test("with an event that cannot be read tells to list again, for it may have been anything", async () => {
    const server = await cluster(
      (response) => response.end('{"type":"ADDED","object":{"metadata":{"na'),
      (response) => void response.write(line("ADDED", "a", "8")),
    );
    expect(await events(server, 2, "5")).toEqual(["RELIST", "ADDED a"]);
  });

  test("another error in the stream is followed by another connection from the same version", async () => {
    const error = { type: "ERROR", object: { kind: "Status", code: 500, metadata: {} } };
    const server = await cluster(
      (response) => response.end(`${JSON.stringify(error)}\n`),
      (response) => void response.write(line("ADDED", "a", "8")),
    );
    expect(await events(server, 1, "5")).toEqual(["ADDED a"]);
    expect(versions(server)).toEqual(["5", "5"]);
  });

  test("that brings nothing is asked ever more rarely, half a minute at most", async () => {
    const clock = fakeClock();
    const server = await cluster(
      ...Array.from({ length: 10 }, () => (response: ServerResponse) => void response.writeHead(500).end("{}")),
      (response) => void response.write(line("ADDED", "a", "8")),
    );
    expect(await events(server, 1, "5", clock)).toEqual(["ADDED a"]);
    expect(clock.elapsed()).toBe(250 + 500 + 1_000 + 2_000 + 4_000 + 8_000 + 16_000 + 3 * 30_000);
  });

  test("that we may not have ends with that problem", async () => {
    const server = await cluster((response) =>
      response
        .writeHead(403)
        .end('{"kind":"Status","message":"User \\"u\\" cannot watch resource \\"configmaps\\" in API group"}'),
    );
    await expect(events(server, 1, "5")).rejects.toMatchObject({ problem: { code: "CLUSTER_REFUSED" } });
  });
});
