// What a test machine finds outside: every address of the internet and of the home network answers here, on a few ports, with
// who asked; and a name server answers every name with one of these addresses. Ends when standard input ends.
import { createSocket } from "node:dgram";
import { createServer } from "node:http";

const ports = [80, 443, 587, 9100];
const anyName = [198, 51, 100, 7];

const listening = ports.map(
  (port) =>
    new Promise<void>((resolve) => {
      const server = createServer((request, response) => {
        response.end(`outside ${request.socket.localAddress}:${port} saw ${request.socket.remoteAddress}\n`);
      });
      server.listen(port, "0.0.0.0", resolve);
    }),
);

/** Answers a DNS query: one address for type A, no data for everything else. */
function answer(query: Buffer): Buffer {
  let end = 12;
  while (end < query.length && query[end] !== 0) end += (query[end] ?? 0) + 1;
  const question = query.subarray(12, end + 5);
  const isA = query.readUInt16BE(end + 1) === 1;
  const header = Buffer.from([query[0] ?? 0, query[1] ?? 0, 0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0]);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...anyName]);
  return Buffer.concat(isA ? [header, question, record] : [header, question]);
}

// Shared, so that a test may put a name server of its own at one of the addresses.
const names = createSocket({ type: "udp4", reuseAddr: true });
names.on("message", (query, { address, port }) => names.send(answer(query), port, address));
names.bind(53);

await Promise.all(listening);
process.stdin.on("end", () => process.exit(0)).resume();
process.stdout.write("ready\n");
