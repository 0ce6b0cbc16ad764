import { mkdtemp, rm, stat } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Answer, type Asked, plainAnswer } from "./answer.ts";
import { type Served, serve } from "./server.ts";

let directory: string;
let socket: string;
let served: Served | undefined;
const logged: string[] = [];
const log = { info: (text: string) => void logged.push(text), warn: (text: string) => void logged.push(text) };
const start = async (answer: (asked: Asked) => Promise<Answer>): Promise<void> => {
  served = await serve({ at: { socket, user: process.getuid?.() ?? 0 }, answer, log });
};
const ask = (path: string, method = "GET", body?: string) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request(
      { socketPath: socket, path, method, headers: { host: "start.example.org", connection: "close" } },
      (got) => {
        let text = "";
        got.setEncoding("utf8").on("data", (chunk) => (text += chunk));
        got.on("end", () => resolve({ status: got.statusCode ?? 0, body: text }));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-start-"));
  socket = join(directory, "run", "start.sock");
  logged.length = 0;
});
afterEach(async () => {
  await served?.close();
  await rm(directory, { recursive: true });
});

describe("what is taken before the pages", () => {
  const takes = async (): Promise<void> => {
    served = await serve({
      at: { socket, user: process.getuid?.() ?? 0 },
      log,
      answer: async () => plainAnswer(200, "a page"),
      take: async ({ path, signature }, body) => {
        if (path !== "/push") return undefined;
        let size = 0;
        for await (const chunk of body) if (chunk instanceof Uint8Array) size += chunk.length;
        return plainAnswer(202, `${signature}${size}`);
      },
    });
  };

  test("gets a body longer than that of any page, and leaves the rest to the pages", async () => {
    await takes();
    expect(await ask("/push", "POST", "x".repeat(100_000))).toEqual({ status: 202, body: "100000" });
    expect(await ask("/", "POST", "x".repeat(100_000))).toMatchObject({ status: 413 });
    expect(await ask("/")).toEqual({ status: 200, body: "a page" });
  });
});

describe("the start page's server", () => {
  test("answers on a socket that only one user may open, and takes the place of an older one", async () => {
    await start(async ({ method, path, query, host }) => plainAnswer(200, `${method} ${path} ${query} ${host}`));
    const older = served;
    expect((await stat(socket)).mode & 0o777).toBe(0o600);
    expect((await stat(join(socket, ".."))).mode & 0o777).toBe(0o711);
    await start(async () => plainAnswer(200, "new"));
    await older?.close();
    expect(await ask("/")).toEqual({ status: 200, body: "new" });
  });

  test("hands on what is asked, and answers HEAD without a body", async () => {
    await start(async ({ method, path, query, body, host }) =>
      plainAnswer(200, [method, path, query, body, host].join(" ")),
    );
    expect((await ask("/a/b?c=d?e")).body).toBe("GET /a/b c=d  start.example.org");
    expect((await ask("/", "POST", "x=1")).body).toBe("POST /  x=1 start.example.org");
    expect(await ask("/", "HEAD")).toEqual({ status: 200, body: "" });
  });

  test("a page that fails is a line in the log and an answer, and the next one is answered", async () => {
    await start(async ({ path }) => {
      if (path === "/") throw new Error("out of ink");
      return plainAnswer(200, "fine");
    });
    expect((await ask("/")).status).toBe(500);
    expect(logged).toEqual(["the start page could not be shown: freehold itself failed: out of ink"]);
    expect((await ask("/again")).body).toBe("fine");
  });

  test("a body that is too long is refused before it is read", async () => {
    await start(async () => plainAnswer(200, "read"));
    expect((await ask("/", "POST", "x".repeat(9000))).status).toBe(413);
    expect((await ask("/", "POST", "x".repeat(8000))).status).toBe(200);
  });

  test("what is no HTTP, and who leaves in the middle, harm nobody and are not logged", async () => {
    await start(async () => plainAnswer(200, "fine"));
    for (const bytes of [
      "\u0000\u0001\u0002\r\n\r\n",
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf",
      `GET / HTTP/1.1\r\nx: ${"y".repeat(20_000)}\r\n\r\n`,
    ]) {
      await new Promise<void>((done) => {
        const visitor = connect(socket, () => visitor.write(bytes));
        visitor.on("error", () => {});
        visitor.on("close", () => done());
        setTimeout(() => visitor.destroy(), 50);
      });
    }
    expect((await ask("/")).body).toBe("fine");
    expect(logged).toEqual([]);
  });
});
