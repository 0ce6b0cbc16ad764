import { readProc } from "../../../lib/proc.ts";
import type { Finding } from "../../provider.ts";
import { type Examined, fine, warning, wrong } from "./finding.ts";

/** One IPv4 route: what it leads to, and through what. */
type Route = { readonly start: number; readonly length: number; readonly device: string };

/** 10.224.0.0/12, from which every service gets its addresses. */
const ours = { start: 0x0ae00000, length: 12 } as const;

/** Looks at whether the services' addresses are used by somebody else, and whether there are those that the front door wants. */
export async function examineAddresses({ site }: Examined): Promise<readonly Finding[]> {
  const forwarding = (await readProc("/proc/sys/net/ipv4/ip_forward"))?.trim();
  const hasIpv6 = (await readProc("/proc/net/if_inet6")) !== undefined;
  return [
    judgeAddresses((await readProc("/proc/net/route")) ?? ""),
    judgeForwarding(forwarding ?? "0"),
    ...judgeIpv6(hasIpv6, site?.addresses ?? ["0.0.0.0", "::"]),
  ];
}

/** Where the kernel knows no IPv6 at all (`ipv6.disable=1`) nobody can listen on such an address. Pure. */
export function judgeIpv6(hasIpv6: boolean, addresses: readonly string[]): readonly Finding[] {
  if (hasIpv6 || !addresses.some((address) => address.includes(":"))) return [];
  const others = addresses.filter((address) => !address.includes(":"));
  const fix = `set front: {addresses: [${(others.length > 0 ? others : ["0.0.0.0"]).join(", ")}]} in site.yaml`;
  return [wrong("IPv6", "this kernel has none", "it, since the front door is to listen there", fix)];
}

/** What follows from the text of /proc/net/route, see proc_net(5). Pure. */
export function judgeAddresses(table: string): Finding {
  const others = routes(table).filter(({ device, length }) => length > 0 && !/^fh[0-9a-f]{4}-/.test(device));
  const inside = others.find((route) => contains(ours, route));
  const expected = "10.224.0.0/12 for services alone";
  if (inside !== undefined) {
    const fix = `give ${inside.device} other addresses: ip route show dev ${inside.device}`;
    return wrong("addresses", `${cidr(inside)} is used by ${inside.device}`, expected, fix);
  }
  const around = others.find((route) => contains(route, ours));
  if (around === undefined) return fine("addresses", "10.224.0.0/12 is free");
  const fix = `nothing, unless hosts behind ${around.device} have addresses from 10.224.0.0 to 10.239.255.255`;
  return warning("addresses", `${cidr(around)}, which includes them, leads to ${around.device}`, expected, fix);
}

/** Whether packets are handed on at all; Podman turns that on with the first network. Pure. */
function judgeForwarding(value: string): Finding {
  return fine("forwarding", value === "1" ? "on" : "off until the first service starts");
}

function routes(table: string): readonly Route[] {
  return table
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [device = "", destination = "", , , , , , mask = ""] = line.split(/\s+/);
      if (!/^[0-9A-F]{8}$/.test(destination) || !/^[0-9A-F]{8}$/.test(mask)) return [];
      return [{ device, start: number(destination), length: ones(number(mask)) }];
    });
}

/** The file shows addresses as the machine keeps them, in little-endian words on all that Debian's Podman runs on. */
function number(hex: string): number {
  return Buffer.from(hex, "hex").readUInt32LE();
}

function ones(mask: number): number {
  return mask.toString(2).replaceAll("0", "").length;
}

function contains(outer: Omit<Route, "device">, inner: Omit<Route, "device">): boolean {
  const size = 2 ** (32 - outer.length);
  return inner.length >= outer.length && inner.start >= outer.start && inner.start < outer.start + size;
}

function cidr({ start, length }: Route): string {
  return `${[24, 16, 8, 0].map((shift) => (start >>> shift) & 0xff).join(".")}/${length}`;
}
