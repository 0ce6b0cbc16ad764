import type { Server, Socket } from "node:net";
import type { Duplex } from "node:stream";

const net = process.getBuiltinModule("node:net");

/** A port of this machine's loopback address. */
export type Forwarded = { readonly port: number; close(): Promise<void> };

/** Leads each connection to a free port here to a stream of its own, until it is closed. A stream that cannot be opened ends its connection. */
export async function forwarded(open: () => Promise<Duplex>): Promise<Forwarded> {
  const sockets = new Set<Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy()); // whoever connected sees it himself
    open().then(
      (stream) => {
        stream.on("error", () => socket.destroy());
        socket.once("close", () => stream.destroy());
        stream.once("close", () => socket.destroy());
        socket.pipe(stream).pipe(socket);
      },
      () => socket.destroy(),
    );
  });
  const port = await listening(server);
  return {
    port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}
