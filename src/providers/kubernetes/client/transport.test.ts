import { createServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { apiServer, apiTo, clientPair, portOf } from "../../../../test/kubernetes/api-server.ts";

const get = { method: "GET", path: "/api" } as const;

describe("the transport to a cluster", () => {
  test("any status is an answer; the token goes along, and what went over the wire is counted", async () => {
    const { access } = await apiServer((request, response) => {
      response.writeHead(418).end(request.headers.authorization);
    });
    const { transport } = apiTo(access);
    expect(await transport.ask({ method: "POST", path: "/api", body: "ä" })).toMatchObject({
      status: 418,
      body: "Bearer abc",
    });
    expect(transport.requests).toEqual({ count: 1, bytesIn: 10, bytesOut: 2 });
  });

  test("an API below a path is asked there", async () => {
    const { access, asked } = await apiServer((_, response) => void response.end());
    await apiTo({ ...access, server: `${access.server}/k8s/clusters/c1` }).transport.ask(get);
    expect(asked).toEqual(["GET /k8s/clusters/c1/api"]);
  });

  test("who acts as somebody else says so in each request, with each group", async () => {
    const { access } = await apiServer((request, response) => void response.end(JSON.stringify(request.rawHeaders)), {
      impersonation: { "impersonate-user": "anna", "impersonate-group": ["a", "b"] },
    });
    const { body } = await apiTo(access).transport.ask(get);
    expect(body).toContain('"impersonate-user","anna","impersonate-group","a","impersonate-group","b"');
  });

  test("a server with a certificate for another name is not told the token", async () => {
    const { access, asked } = await apiServer((_, response) => void response.end());
    const { serverName: _, ...withoutName } = access;
    await expect(apiTo(withoutName).transport.ask(get)).rejects.toMatchObject({
      problem: { code: "CLUSTER_UNTRUSTED", kind: "user" },
    });
    expect(asked).toEqual([]);
  });

  test("a server whose authority is unknown is not told the token, unless the kubeconfig says not to look", async () => {
    const { access, asked } = await apiServer((_, response) => void response.end("fine"));
    const { authority: _, ...unknown } = access;
    await expect(apiTo(unknown).transport.ask(get)).rejects.toMatchObject({ problem: { code: "CLUSTER_UNTRUSTED" } });
    expect(asked).toEqual([]);
    expect((await apiTo({ ...unknown, verify: false }).transport.ask(get)).body).toBe("fine");
  });

  test("a client's certificate that is none is a fault of the kubeconfig, and its text is not repeated", async () => {
    const { access } = await apiServer((_, response) => void response.end());
    const credentials = async () => ({ certificate: "secret stuff", key: "more of it" });
    const thrown = await apiTo({ ...access, credentials })
      .transport.ask(get)
      .catch((problem: unknown) => problem);
    expect(thrown).toMatchObject({ problem: { code: "KUBECONFIG_BROKEN" } });
    expect(JSON.stringify(thrown)).not.toMatch(/secret stuff|more of it/);
  });

  test("where nobody listens the cluster is unreachable, which may pass", async () => {
    const { access, server } = await apiServer((_, response) => void response.end());
    await new Promise((resolve) => server.close(resolve));
    await expect(apiTo(access).transport.ask(get)).rejects.toMatchObject({
      problem: { code: "CLUSTER_UNREACHABLE", kind: "transient", got: "ECONNREFUSED" },
    });
  });

  test("who takes the connection and then says nothing of TLS is given up in time", async () => {
    const { access } = await apiServer((_, response) => void response.end());
    const held: Socket[] = [];
    const mute = createServer((socket) => void held.push(socket));
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      for (const socket of held) socket.destroy();
      mute.close();
    });
    const began = performance.now();
    const { transport } = apiTo({ ...access, server: `https://127.0.0.1:${portOf(mute.address())}` }, undefined, {
      connect: 100,
      answer: 5_000,
      body: 1,
    });
    await expect(transport.ask(get)).rejects.toMatchObject({
      problem: { code: "CLUSTER_UNREACHABLE", message: expect.stringContaining("a connection") },
    });
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test("silence ends in time, before the head and in the middle of a body", async () => {
    const { access } = await apiServer((request, response) => {
      if (request.url === "/half") response.write("half");
    });
    const { transport } = apiTo(access, undefined, { connect: 500, answer: 150, body: 1_000 });
    for (const path of ["/none", "/half"])
      await expect(transport.ask({ method: "GET", path })).rejects.toMatchObject({
        problem: { code: "CLUSTER_UNREACHABLE", kind: "transient", message: expect.stringContaining("an answer") },
      });
  });

  test("a body that is cut off is no answer, whether its length was told or not", async () => {
    const { access } = await apiServer((request, response) => {
      if (request.url === "/told") response.writeHead(200, { "content-length": "100" });
      response.write('{"items":[');
      setTimeout(() => response.socket?.destroy(), 20);
    });
    for (const path of ["/told", "/untold"])
      await expect(apiTo(access).transport.ask({ method: "GET", path })).rejects.toMatchObject({
        problem: { code: "CLUSTER_UNREACHABLE", kind: "transient" },
      });
  });

  test("an answer beyond the limit is not read to its end", async () => {
    const { access } = await apiServer((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(10_000)));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    const { transport } = apiTo(access);
    await expect(transport.ask(get)).rejects.toMatchObject({ problem: { code: "CLUSTER_ANSWER_TOO_LARGE" } });
    expect(transport.requests.bytesIn).toBeLessThan(500_000);
  });

  test("a compressed answer is unpacked, counted as it came, and no further than the limit", async () => {
    const { access } = await apiServer((request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end(gzipSync("x".repeat(request.url === "/huge" ? 10_000_000 : 10_000)));
    });
    const { transport } = apiTo(access);
    expect((await transport.ask(get)).body).toBe("x".repeat(10_000));
    expect(transport.requests.bytesIn).toBeLessThan(100);
    await expect(transport.ask({ method: "GET", path: "/huge" })).rejects.toMatchObject({
      problem: { code: "CLUSTER_ANSWER_TOO_LARGE" },
    });
  });

  test("a compressed answer that is damaged is no answer", async () => {
    const { access } = await apiServer((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("x".repeat(10_000)).subarray(0, 30));
    });
    await expect(apiTo(access).transport.ask(get)).rejects.toMatchObject({
      problem: { code: "CLUSTER_UNREACHABLE", kind: "transient" },
    });
  });

  test("a kept connection that the server closed at the wrong moment costs nothing but another one", async () => {
    let connections = 0;
    const { access, server } = await apiServer((request, response) => {
      if (connections === 1 && request.url === "/second") response.socket?.destroy();
      else response.end(request.url);
    });
    server.on("secureConnection", () => {
      connections += 1;
    });
    const { transport } = apiTo(access);
    await transport.ask({ method: "GET", path: "/first" });
    expect((await transport.ask({ method: "GET", path: "/second" })).body).toBe("/second");
    expect(connections).toBe(2);
  });

  test("so do several that it closed, one found after another", async () => {
    const old = new Set<unknown>();
    let isOld = true;
    const { access } = await apiServer((request, response) => {
      if (isOld) old.add(request.socket);
      else if (old.has(request.socket)) return void request.socket.destroy();
      setTimeout(() => response.end(request.url), isOld ? 100 : 0);
    });
    const { transport } = apiTo(access);
    await Promise.all(Array.from({ length: 5 }, () => transport.ask({ method: "GET", path: "/first" })));
    expect(old.size).toBe(5);
    isOld = false;
    expect((await transport.ask({ method: "GET", path: "/second" })).body).toBe("/second");
  });

  test("but what makes something new is not sent twice", async () => {
    const { access, asked } = await apiServer((request, response) => {
      if (request.method === "POST") response.socket?.destroy();
      else response.end();
    });
    const { transport } = apiTo(access);
    await transport.ask(get);
    await expect(transport.ask({ method: "POST", path: "/api", body: "{}" })).rejects.toMatchObject({
      problem: { code: "CLUSTER_UNREACHABLE" },
    });
    expect(asked).toEqual(["GET /api", "POST /api"]);
  });

  test("the caller's signal ends a request, also one that has not begun", async () => {
    const { access } = await apiServer(() => {});
    const { transport } = apiTo(access);
    for (const signal of [AbortSignal.timeout(50), AbortSignal.abort()])
      await expect(transport.ask({ ...get, signal })).rejects.toMatchObject({
        problem: { code: "CLUSTER_STOPPED", kind: "waiting" },
      });
  });

  test("a stream may take longer than an answer may, and ends with the signal", async () => {
    const { access } = await apiServer((_, response) => {
      response.write("a");
      setTimeout(() => response.write("b"), 1_300);
    });
    const stop = new AbortController();
    const { transport } = apiTo(access, undefined, { connect: 1_000, answer: 1_000, body: 1 });
    const { chunks } = await transport.stream({ ...get, signal: stop.signal });
    let heard = "";
    const listening = (async () => {
      for await (const chunk of chunks) {
        heard += Buffer.from(chunk).toString();
        if (heard === "ab") stop.abort();
      }
    })();
    await expect(listening).rejects.toMatchObject({ problem: { code: "CLUSTER_STOPPED" } });
    expect(heard).toBe("ab");
  });

  test("new client certificates are taken for the next request, over a connection of their own", async () => {
    let connections = 0;
    const { access, server } = await apiServer((_, response) => void response.end());
    server.on("secureConnection", () => {
      connections += 1;
    });
    let credentials = {};
    const { transport } = apiTo({ ...access, credentials: async () => credentials });
    await transport.ask(get);
    await transport.ask(get);
    expect(connections).toBe(1);
    credentials = await clientPair();
    await transport.ask(get);
    await transport.ask(get);
    expect(connections).toBe(2);
  });

  test("forty requests at one time share 32 connections, and closing leaves none of them", async () => {
    const { access, server } = await apiServer((_, response) => void response.end("x"));
    const { transport } = apiTo(access);
    await Promise.all(Array.from({ length: 40 }, () => transport.ask(get)));
    const open = await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
    expect(open).toBeLessThanOrEqual(32);
    transport.connections.close();
    await expect
      .poll(() => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count))))
      .toBe(0);
  });
});
