import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { apiServer, apiTo } from "../../../../test/kubernetes/api-server.ts";
import { listObjects } from "./list.ts";
import { objectKinds } from "./object-kinds.ts";

type Reply = { readonly names?: readonly string[]; readonly next?: string; readonly expired?: string };

/** Answers the requests one after the other. */
function replies(...list: readonly Reply[]): (request: IncomingMessage, response: ServerResponse) => void {
  const waiting = [...list];
  return (_, response) => {
    const { names = [], next, expired } = waiting.shift() ?? {};
    const metadata = { resourceVersion: "7", ...(next === undefined ? {} : { continue: next }) };
    const items = names.map((name) => ({ metadata: { name, namespace: "n" } }));
    if (expired === undefined) response.end(JSON.stringify({ metadata, items }));
    else response.writeHead(410).end(JSON.stringify({ kind: "Status", code: 410, metadata: { continue: expired } }));
  };
}

async function names(access: Parameters<typeof apiTo>[0], limit?: number): Promise<string[]> {
  const options = limit === undefined ? {} : { limit };
  const objects = await Array.fromAsync(listObjects(apiTo(access), objectKinds.pod, { ...options, namespace: "n" }));
  return objects.map(({ metadata }) => metadata.name);
}

const base = "GET /api/v1/namespaces/n/pods?limit=2";

describe("a list", () => {
  test("comes page by page, and each object says its kind", async () => {
    const { access, asked } = await apiServer(replies({ names: ["a", "b"], next: "t/1" }, { names: ["c"] }));
    const [first] = await Array.fromAsync(listObjects(apiTo(access), objectKinds.pod, { namespace: "n", limit: 2 }));
    expect(first).toMatchObject({ apiVersion: "v1", kind: "Pod", metadata: { name: "a" } });
    expect(asked).toEqual([base, `${base}&continue=t%2F1`]);
  });

  test("is asked no further when nobody wants the rest", async () => {
    const { access, asked } = await apiServer(replies({ names: ["a", "b"], next: "t" }, { names: ["c"] }));
    for await (const { metadata } of listObjects(apiTo(access), objectKinds.pod, {})) if (metadata.name === "b") break;
    expect(asked).toHaveLength(1);
  });

  test("that became too old in the middle goes on from there by the token that came with that", async () => {
    const { access, asked } = await apiServer(
      replies({ names: ["a", "b"], next: "t" }, { expired: "u" }, { names: ["c"] }),
    );
    expect(await names(access, 2)).toEqual(["a", "b", "c"]);
    expect(asked).toEqual([base, `${base}&continue=t`, `${base}&continue=u`]);
  });

  test("that became too old without a token begins again, and gives nothing twice", async () => {
    const { access, asked } = await apiServer(
      replies(
        { names: ["a", "b"], next: "t" },
        { expired: "" },
        { names: ["a", "b"], next: "v" },
        { names: ["ba", "c"] },
      ),
    );
    expect(await names(access, 2)).toEqual(["a", "b", "ba", "c"]);
    expect(asked).toEqual([base, `${base}&continue=t`, base, `${base}&continue=v`]);
  });

  test("that always becomes too old is given up", async () => {
    const { access, asked } = await apiServer(replies(...Array.from({ length: 9 }, () => ({ expired: "t" }))));
    await expect(names(access)).rejects.toMatchObject({ problem: { code: "LIST_EXPIRED", kind: "transient" } });
    expect(asked).toHaveLength(5);
  });

  test("that is cut off is a problem, never a short list", async () => {
    const { access } = await apiServer((_, response) => {
      response.write('{"metadata":{},"items":[{"metadata":{"name":"a"}}');
      setTimeout(() => response.socket?.destroy(), 20);
    });
    await expect(names(access)).rejects.toMatchObject({ problem: { code: "CLUSTER_UNREACHABLE" } });
  });

  test("that is no list is a problem, never an empty one", async () => {
    const { access } = await apiServer((_, response) => void response.end('{"kind":"Status"}'));
    await expect(names(access)).rejects.toMatchObject({ problem: { code: "CLUSTER_FAILED" } });
  });

  test("of nothing may be null, as Go writes it", async () => {
    const { access } = await apiServer((_, response) => void response.end('{"metadata":{},"items":null}'));
    expect(await names(access)).toEqual([]);
  });
});
