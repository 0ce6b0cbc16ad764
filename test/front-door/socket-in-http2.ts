// A browser that opens a WebSocket inside an HTTP/2 connection it has already (RFC 8441), for tests: `socket-in-http2.ts FROM TO`.
// Says `hello` once it is open and prints what comes back.
import { connect } from "node:http2";
import { connect as connectTls } from "node:tls";

const [localAddress = "", host = ""] = process.argv.slice(2);
const tls = { host, port: 443, localAddress, servername: "blog.example.org", rejectUnauthorized: false };
const session = connect(`https://${host}`, { createConnection: () => connectTls({ ...tls, ALPNProtocols: ["h2"] }) });
session.on("remoteSettings", ({ enableConnectProtocol }) => {
  if (enableConnectProtocol !== true) throw new Error("expected a server that takes WebSockets inside HTTP/2");
  const stream = session.request({
    ":method": "CONNECT",
    ":protocol": "websocket",
    ":scheme": "https",
    ":authority": "blog.example.org",
    ":path": "/live",
    "sec-websocket-version": "13",
  });
  stream.on("response", () => stream.write("hello"));
  stream.on("data", (data: Buffer) => {
    process.stdout.write(`${data.toString()}\n`);
    session.destroy();
  });
});
