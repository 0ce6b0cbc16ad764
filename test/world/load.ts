// A crowd of visitors, for tests: `load.ts HOST ADDRESS RATE`. Asks over HTTPS so many times a second, whatever the answers do: by HTTP/1.1
// and HTTP/2, each on connections that are kept and on fresh ones, every fourth time by POST, which nobody may send again. Ten more have a
// connection on which they ask once at the beginning and once at the end. When standard input ends, prints how it went as JSON.
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { Agent, request } from "node:https";
import { setTimeout as delay } from "node:timers/promises";

const [host = "", address = "", rate = "200"] = process.argv.slice(2);
const wrong: Record<string, number> = {};
const greetings: Record<string, number> = {};
let asked = 0;
let right = 0;
let slowest = 0;
let over = false;

type Way = { readonly name: string; readonly ask: (method: string) => Promise<string> };

function byHttp1(agent: Agent): Way["ask"] {
  return (method) =>
    new Promise((resolve, reject) => {
      const length = method === "POST" ? { "content-length": "4" } : {};
      const made = request(
        {
          host: address,
          port: 443,
          servername: host,
          method,
          headers: { host, ...length },
          agent,
          rejectUnauthorized: false,
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (more: string) => {
            text += more;
          });
          response.on("end", () =>
            response.statusCode === 200 ? resolve(text) : reject(new Error(`${response.statusCode}`)),
          );
          response.on("error", reject);
        },
      );
      made.on("error", reject);
      made.end(method === "POST" ? "body" : undefined);
    });
}

function open(): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(`https://${host}`, {
      host: address,
      port: 443,
      servername: host,
      rejectUnauthorized: false,
    });
    session.once("connect", () => resolve(session));
    session.once("error", reject);
    session.on("goaway", () => session.close());
  });
}

function askIn(session: ClientHttp2Session, method: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":path": "/", ":method": method, ":authority": host });
    let text = "";
    let status = 0;
    stream.on("response", (headers) => {
      status = headers[":status"] ?? 0;
    });
    stream.setEncoding("utf8").on("data", (more: string) => {
      text += more;
    });
    stream.on("end", () => (status === 200 ? resolve(text) : reject(new Error(`h2 ${status}`))));
    stream.on("error", reject);
    stream.end(method === "POST" ? "body" : undefined);
  });
}

/** One connection for all; who is told that the other side is leaving opens a new one, and asks there what was not taken up (RFC 9113, 8.7). */
function keptHttp2(): Way["ask"] {
  let session: Promise<ClientHttp2Session> | undefined;
  const ask = async (method: string): Promise<string> => {
    session ??= open();
    const mine = session;
    const current = await mine;
    if (current.closed || current.destroyed) {
      if (session === mine) session = undefined;
      return ask(method);
    }
    try {
      return await askIn(current, method);
    } catch (thrown) {
      const refused =
        thrown instanceof Error &&
        /REFUSED_STREAM|GOAWAY_SESSION|INVALID_SESSION/.test(
          `${thrown.message} ${"code" in thrown ? thrown.code : ""}`,
        );
      if (!refused) throw thrown;
      if (session === mine) session = undefined;
      return ask(method);
    }
  };
  return ask;
}

async function freshHttp2(method: string): Promise<string> {
  const session = await open();
  try {
    return await askIn(session, method);
  } finally {
    session.close();
  }
}

async function count(name: string, answer: Promise<string>): Promise<void> {
  const began = performance.now();
  asked += 1;
  try {
    const greeting = /"greeting": "([^"]*)"/.exec(await answer)?.[1] ?? "";
    if (greeting !== "") greetings[greeting] = (greetings[greeting] ?? 0) + 1;
    right += 1;
  } catch (thrown) {
    const word = `${name}: ${thrown instanceof Error ? thrown.message : thrown}`;
    wrong[word] = (wrong[word] ?? 0) + 1;
  }
  slowest = Math.max(slowest, performance.now() - began);
}

const ways: readonly Way[] = [
  { name: "kept", ask: byHttp1(new Agent({ keepAlive: true, maxSockets: 16 })) },
  { name: "fresh", ask: byHttp1(new Agent({ keepAlive: false })) },
  { name: "kept h2", ask: keptHttp2() },
  { name: "fresh h2", ask: freshHttp2 },
];
const sleepers = Array.from({ length: 10 }, (_, index) =>
  index < 5 ? byHttp1(new Agent({ keepAlive: true, maxSockets: 1 })) : keptHttp2(),
);

process.stdin.on("end", () => {
  over = true;
});
process.stdin.resume();
await Promise.all(sleepers.map((ask) => count("early", ask("GET"))));
process.stdout.write("ready\n");
const began = performance.now();
const pending = new Set<Promise<void>>();
for (let index = 0; !over; index += 1) {
  const way = ways[index % ways.length];
  if (way === undefined) break;
  const done = count(way.name, way.ask(Math.floor(index / ways.length) % 4 === 0 ? "POST" : "GET")).finally(() =>
    pending.delete(done),
  );
  pending.add(done);
  const due = began + ((index + 1) * 1000) / Number(rate);
  await delay(Math.max(0, due - performance.now()));
}
await Promise.all(pending);
const seconds = (performance.now() - began) / 1000;
await Promise.all(sleepers.map((ask) => count("late", ask("POST"))));
process.stdout.write(`${JSON.stringify({ asked, right, wrong, greetings, seconds, slowest: Math.round(slowest) })}\n`);
process.exit(0);
