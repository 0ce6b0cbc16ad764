import { describe, expect, test } from "vitest";
import { apiServer, apiTo } from "../../../../test/kubernetes/api-server.ts";
import { fakeClock } from "../../../lib/fake-clock.ts";
import { objectKinds } from "./object-kinds.ts";

const get = { method: "GET", path: "/api" } as const;
const task = { verb: "list", kind: objectKinds.pod } as const;

describe("asking a cluster", () => {
  test("who is asked to come later comes later: after as long as the cluster said", async () => {
    const clock = fakeClock();
    const began = clock.elapsed();
    let times = 0;
    const { access } = await apiServer((_, response) => {
      times += 1;
      if (times < 3) response.writeHead(429, { "retry-after": "4" }).end();
      else response.end('{"a":1}');
    });
    expect(await apiTo(access, clock).value(task, get)).toEqual({ a: 1 });
    expect(clock.elapsed() - began).toBe(8_000);
  });

  test("a wait of an hour is not waited for, and four times are enough", async () => {
    const clock = fakeClock();
    const { access, asked } = await apiServer((_, response) => {
      response.writeHead(429, { "retry-after": "3600" }).end();
    });
    await expect(apiTo(access, clock).value(task, get)).rejects.toMatchObject({
      problem: { code: "CLUSTER_BUSY", kind: "transient" },
    });
    expect(asked).toHaveLength(4);
    expect(clock.elapsed()).toBe(30_000);
  });

  test("a wait ends with the signal", async () => {
    const { access } = await apiServer((_, response) => {
      response.writeHead(503, { "retry-after": "5" }).end();
    });
    await expect(apiTo(access).value(task, { ...get, signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      problem: { code: "CLUSTER_STOPPED" },
    });
  });

  test("a cluster that is broken without a time is not asked again here", async () => {
    const { access, asked } = await apiServer((_, response) => void response.writeHead(503).end("etcd is away"));
    await expect(apiTo(access).value(task, get)).rejects.toMatchObject({
      problem: { code: "CLUSTER_FAILED", kind: "transient", message: expect.stringContaining("etcd is away") },
    });
    expect(asked).toHaveLength(1);
  });

  test("credentials that the cluster does not know any more are got anew, once", async () => {
    let token = "old";
    const forget = (): void => {
      token = "new";
    };
    const { access, asked } = await apiServer(
      (request, response) =>
        void response.writeHead(request.headers.authorization === "Bearer new" ? 200 : 401).end("{}"),
      { credentials: async () => ({ token }), forget },
    );
    expect(await apiTo(access).value(task, get)).toEqual({});
    expect(asked).toHaveLength(2);
  });

  test("who stays unknown is told how to log in, without his token", async () => {
    const { access, asked } = await apiServer((_, response) => void response.writeHead(401).end("{}"));
    const thrown = await apiTo(access)
      .value(task, get)
      .catch((problem: unknown) => problem);
    expect(thrown).toMatchObject({ problem: { code: "CLUSTER_REFUSED", kind: "user" } });
    expect(JSON.stringify(thrown)).not.toContain("abc");
    expect(asked).toHaveLength(2);
  });

  test("an answer that is no JSON is the cluster's fault", async () => {
    const { access } = await apiServer((_, response) => void response.end("<html>a proxy's page</html>"));
    await expect(apiTo(access).value(task, get)).rejects.toMatchObject({ problem: { code: "CLUSTER_FAILED" } });
  });

  test("what a cluster says cannot turn the terminal, and is not repeated at length", async () => {
    const { access } = await apiServer((_, response) => {
      response.writeHead(500).end(JSON.stringify({ kind: "Status", message: `\u001b[2J${"x".repeat(5_000)}` }));
    });
    const thrown = await apiTo(access)
      .value(task, get)
      .catch((problem: unknown) => problem);
    expect(JSON.stringify(thrown)).not.toContain("\u001b");
    expect(JSON.stringify(thrown).length).toBeLessThan(2_500);
  });
});
