import { describe, expect, onTestFinished, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { type ApiServer, apiServer, apiTo } from "../../../../test/kubernetes/api-server.ts";
import type { Access } from "./access.ts";
import type { ExecOptions } from "./client.ts";
import { execIn } from "./exec.ts";

const success = '\u0003{"status":"Success"}';

/** A cluster that speaks one protocol, and does this with each command. */
async function cluster(
  protocol: string,
  answer: (socket: WebSocket) => void,
  change: Partial<Access> = {},
): Promise<ApiServer> {
  const made = await apiServer((_, response) => void response.end(), change);
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (known) => known.has(protocol) && protocol });
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
  });
  made.server.on("upgrade", (request, connection, head) => {
    if (request.headers.authorization === "Bearer old")
      connection.end("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n");
    else sockets.handleUpgrade(request, connection, head, (socket) => answer(socket));
  });
  return made;
}

/** Runs it; what came out, and what became of it. */
async function run(
  { access }: ApiServer,
  options: Partial<ExecOptions> = {},
): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const code = await execIn(
    apiTo(access),
    { namespace: "n", pod: "p", container: "c", argv: ["cat", "a b"] },
    {
      onStdout: (bytes) => {
        out += Buffer.from(bytes).toString();
      },
      onStderr: (bytes) => {
        err += Buffer.from(bytes).toString();
      },
      ...options,
    },
  );
  return { code, out, err };
}

async function* input(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("in");
}

describe("a command in a container", () => {
  test("whose words come with the very answer to the upgrade loses none of them", async () => {
    const server = await cluster("v5.channel.k8s.io", (socket) => {
      socket.send("\u0001out");
      socket.send("\u0002err");
      socket.send(success, () => socket.close());
    });
    expect(await run(server)).toEqual({ code: 0, out: "out", err: "err" });
  });

  test("gets its input and its end by protocol 5", async () => {
    const heard: string[] = [];
    const server = await cluster("v5.channel.k8s.io", (socket) => {
      socket.on("message", (data) => {
        heard.push(Buffer.from(String(data)).toString("latin1"));
        if (heard.length === 2) socket.send(success, () => socket.close());
      });
    });
    expect(await run(server, { stdin: input() })).toMatchObject({ code: 0 });
    expect(heard[0]).toBe("\u0000in");
    expect(heard).toHaveLength(2);
  });

  test("gets its input by protocol 4 of an older cluster, too, which has no end", async () => {
    let heard = 0;
    const server = await cluster("v4.channel.k8s.io", (socket) => {
      socket.on("message", () => {
        heard += 1;
        setTimeout(() => socket.send(success, () => socket.close()), 50);
      });
    });
    expect(await run(server, { stdin: input() })).toMatchObject({ code: 0 });
    expect(heard).toBe(1);
  });

  test("whose connection ends before it does has no exit code", async () => {
    for (const end of ["close", "terminate"] as const) {
      const server = await cluster("v5.channel.k8s.io", (socket) => socket[end]());
      await expect(run(server)).rejects.toMatchObject({ problem: { code: "EXEC_FAILED", kind: "transient" } });
    }
  });

  test("ends with the signal, also when that came before it began", async () => {
    const server = await cluster("v5.channel.k8s.io", () => {});
    for (const signal of [AbortSignal.timeout(50), AbortSignal.abort()])
      await expect(run(server, { signal })).rejects.toMatchObject({ problem: { code: "CLUSTER_STOPPED" } });
  });

  test("fails with what its input failed with", async () => {
    const server = await cluster("v5.channel.k8s.io", () => {});
    // biome-ignore lint/correctness/useYield: it fails before there is anything
    async function* broken(): AsyncGenerator<Uint8Array> {
      throw new Error("the disk is gone");
    }
    await expect(run(server, { stdin: broken() })).rejects.toThrow("the disk is gone");
  });

  test("is asked for once more with new credentials when the old ones are not known", async () => {
    let token = "old";
    const server = await cluster("v5.channel.k8s.io", (socket) => socket.send(success, () => socket.close()), {
      credentials: async () => ({ token }),
      forget: () => {
        token = "new";
      },
    });
    expect(await run(server)).toMatchObject({ code: 0 });
  });

  test("that the cluster will not begin tells why", async () => {
    const server = await apiServer(() => {});
    server.server.on("upgrade", (_, connection) => {
      const body = '{"kind":"Status","reason":"NotFound","message":"no","details":{"name":"p","kind":"pods"}}';
      connection.end(`HTTP/1.1 404 Not Found\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    });
    await expect(run(server)).rejects.toMatchObject({ problem: { code: "OBJECT_MISSING" } });
  });

  test("where nobody listens the cluster is unreachable, and a wrong certificate is not trusted", async () => {
    const server = await cluster("v5.channel.k8s.io", () => {});
    const { authority: _, ...unknown } = server.access;
    await expect(run({ ...server, access: unknown })).rejects.toMatchObject({ problem: { code: "CLUSTER_UNTRUSTED" } });
    await new Promise((resolve) => server.server.close(resolve));
    await expect(run(server)).rejects.toMatchObject({ problem: { code: "CLUSTER_UNREACHABLE", got: "ECONNREFUSED" } });
  });
});
