// A service behind the front door, for tests: `service.ts NAME ADDRESS PORT`. It says as JSON what reached it, counts what is
// uploaded without keeping it, echoes after an upgrade, and on a connection that does not begin with HTTP it echoes everything
// in hexadecimal. Prints `ready` once it listens.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { createServer as createRawServer } from "node:net";

const [name, address, port] = process.argv.slice(2);

const web = createServer(async (request, response) => {
  let bytes = 0;
  for await (const chunk of request) bytes += chunk.length;
  const { method, url, headers } = request;
  response.setHeader("content-type", "application/json");
  response.end(`${JSON.stringify({ name, method, url, headers, bytes })}\n`);
});

web.on("upgrade", (request, socket) => {
  // RFC 6455, section 4.2.2
  const proof = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash("sha1").update(proof).digest("base64");
  const answer = ["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket"];
  socket.write(`${[...answer, `Sec-WebSocket-Accept: ${accept}`].join("\r\n")}\r\n\r\n`);
  socket.pipe(socket);
});

createRawServer((socket) => {
  socket.on("error", () => {});
  socket.once("data", (first: Buffer) => {
    if (/^[A-Z]+ /.test(first.toString("latin1", 0, 16))) {
      socket.unshift(first);
      web.emit("connection", socket);
      return;
    }
    socket.write(first.toString("hex"));
    socket.on("data", (more: Buffer) => socket.write(more.toString("hex")));
  });
}).listen(Number(port), address, () => process.stdout.write("ready\n"));
