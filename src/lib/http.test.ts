import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type HttpClient, httpClient } from "./http.ts";

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function served(listener: RequestListener): Promise<HttpClient> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-http-"));
  const socket = join(directory, "s");
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const client = httpClient({ socket });
  ends.push(
    () => rm(directory, { recursive: true }),
    () => server.close(),
    () => server.closeAllConnections(),
    () => client.close(),
  );
  return client;
}

describe("asking over HTTP", () => {
  test("any status is an answer, with its head and body", async () => {
    const client = await served((request, response) => {
      response.writeHead(418, { "x-method": request.method });
      request.pipe(response);
    });
    const answer = await client.ask({ method: "POST", path: "/", body: "tea ä" });
    expect(answer).toMatchObject({ status: 418, body: "tea ä", headers: { "x-method": "POST" } });
  });

  test("silence ends with the time that was given, before the head and in the middle of the body", async () => {
    const client = await served((request, response) => {
      if (request.url === "/half") response.write("half");
    });
    for (const path of ["/", "/half"])
      await expect(client.ask({ path, timeout: 50 })).rejects.toMatchObject({ problem: { code: "HTTP_TIMEOUT" } });
  });

  test("whoever asked may stop it, which is told apart from silence", async () => {
    const client = await served(() => {});
    const asked = client.ask({ path: "/", signal: AbortSignal.timeout(20) });
    await expect(asked).rejects.toMatchObject({ problem: { code: "HTTP_STOPPED", kind: "waiting" } });
  });

  test("nobody there, and somebody who hangs up, are told with the kernel's word", async () => {
    const nobody = httpClient({ socket: "/nowhere/s" });
    await expect(nobody.ask({ path: "/" })).rejects.toMatchObject({
      problem: { code: "HTTP_UNREACHABLE", got: "ENOENT" },
    });
    const client = await served((request) => request.socket.destroy());
    await expect(client.ask({ path: "/" })).rejects.toMatchObject({ problem: { got: "ECONNRESET" } });
  });

  test("a body without end is not kept", async () => {
    const client = await served((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024))) {}
      };
      response.on("drain", more);
      more();
    });
    await expect(client.ask({ path: "/" })).rejects.toMatchObject({ problem: { code: "HTTP_TOO_LARGE" } });
  });

  test("a stream has no time limit once it has begun, and leaving it early hangs up", async () => {
    let hungUp = (): void => {};
    const gone = new Promise<void>((resolve) => {
      hungUp = resolve;
    });
    const client = await served((_request, response) => {
      response.on("close", hungUp);
      response.write("first");
      setTimeout(() => response.write("second"), 120);
    });
    const { chunks } = await client.stream({ path: "/", timeout: 60 });
    const texts: string[] = [];
    for await (const chunk of chunks) {
      texts.push(Buffer.from(chunk).toString());
      if (texts.length === 2) break;
    }
    expect(texts).toEqual(["first", "second"]);
    await gone;
  });
});
