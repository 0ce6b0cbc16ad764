import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { describe, expect, test } from "vitest";
import { holderOf, isLoopback, listeners, parseConnections, parseListeners } from "./proc-net.ts";

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0205E00A:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 100 0 0 10 0
   2: 0205E00A:0050 0105E00A:C350 01 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 20 4 30 10 -1
`;
const table6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 00000000000000000000000001000000:0019 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0
   2: 0000000000000000FFFF00000100007F:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3 1 0 100 0 0 10 0
   3: B80D0120000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4 1 0 100 0 0 10 0
`;

describe("the kernel's tables of sockets", () => {
  test("tell who listens, and not who is connected", () => {
    expect(parseListeners(table)).toEqual([
      { address: "127.0.0.1", port: 8080, inode: 4711 },
      { address: "10.224.5.2", port: 80, inode: 4712 },
    ]);
  });

  test("tell where connections lead, and not who listens", () => {
    expect(parseConnections(table)).toEqual(["10.224.5.1"]);
  });

  test("tell IPv6 addresses, among them all, loopback and mapped ones", () => {
    const found = parseListeners(table6);
    expect(found.map(({ address, port }) => `${address} ${port}`)).toEqual([
      ":: 443",
      "::1 25",
      "::ffff:127.0.0.1 22",
      "2001:0db8:0000:0000:0000:0000:0000:0001 8080",
    ]);
    expect(found.map(({ address }) => isLoopback(address))).toEqual([false, true, true, false]);
  });

  test("that are empty or cut short tell nothing", () => {
    expect(parseListeners("")).toEqual([]);
    expect(parseListeners("garbage\n  0: 01\n")).toEqual([]);
  });

  test("are those of this process when it listens, and name it", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const found = (await listeners("self")).find(({ port }) => port === portOf(server));
    expect(found?.address).toBe("127.0.0.1");
    expect((await holderOf(new Set([found?.inode ?? 0])))?.pid).toBe(process.pid);
    server.close();
    expect(await holderOf(new Set([2 ** 40]))).toBeUndefined();
  });

  test("of a process that is gone are empty", async () => {
    expect(await listeners(2 ** 30)).toEqual([]);
  });
});

function portOf(server: Server): number | undefined {
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" ? address?.port : undefined;
}
