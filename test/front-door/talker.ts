// Talks over a bare connection, for tests: `talker.ts tcp|tls FROM TO PORT`, FROM may be `any`. Says each line of standard input,
// which is a JSON string, and prints what comes back within 5 s as another; `closed` when the connection has ended.
import { connect as connectTcp, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { connect as connectTls } from "node:tls";

const [protocol, localAddress, host = "", port] = process.argv.slice(2);
const to = { host, port: Number(port), ...(localAddress === "any" ? {} : { localAddress }) };
const socket: Socket =
  protocol === "tls"
    ? connectTls({ ...to, servername: "blog.example.org", rejectUnauthorized: false, ALPNProtocols: ["http/1.1"] })
    : connectTcp(to);
socket.on("error", () => {});

function answer(): Promise<string> {
  if (socket.closed) return Promise.resolve("closed");
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve("silence"), 5_000);
    const end = (text: string): void => {
      clearTimeout(timer);
      resolve(text);
    };
    socket.once("data", (data: Buffer) => end(data.toString("latin1")));
    socket.once("close", () => end("closed"));
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  socket.write(JSON.parse(line));
  process.stdout.write(`${JSON.stringify(await answer())}\n`);
}
socket.destroy();
