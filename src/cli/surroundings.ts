import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { isErrno } from "../lib/fs.ts";
import type { Surroundings } from "../observe/attempts.ts";

/** A public address that answers on several ports: a resolver that anybody may ask. */
const publicAddress = "1.1.1.1";

/** What to try beyond the services: this machine's own addresses, its router or another private address, a public one. */
export async function surroundings(): Promise<Surroundings> {
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
  const lan = defaultGateway(await routes()) ?? "192.168.1.1";
  return { machine: [...new Set(own)].sort(), lan: own.includes(lan) ? [] : [lan], internet: [publicAddress] };
}

/** The router of the default route in the kernel's table, where addresses are hexadecimal with the last byte first. */
export function defaultGateway(table: string): string | undefined {
  for (const line of table.split("\n").slice(1)) {
    const [, destination, gateway] = line.trim().split(/\s+/);
    if (destination !== "00000000" || gateway === undefined || gateway === "00000000") continue;
    const bytes = /^(..)(..)(..)(..)$/.exec(gateway)?.slice(1).reverse() ?? [];
    const address = bytes.map((byte) => Number.parseInt(byte, 16)).join(".");
    if (/^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address)) return address;
  }
  return undefined;
}

async function routes(): Promise<string> {
  try {
    return await readFile("/proc/net/route", "utf8");
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return "";
    throw thrown;
  }
}
