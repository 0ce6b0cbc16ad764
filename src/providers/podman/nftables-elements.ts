import { isIPv4 } from "node:net";
import { fail } from "../../lib/problem.ts";
import type { Link } from "../../resource/kinds/link.ts";

/** The elements of the sets that links become, each sorted and without overlaps (which the kernel would refuse). */
export type LinkElements = {
  readonly links: readonly string[];
  readonly internet: readonly string[];
  readonly lan: readonly string[];
  readonly machine: readonly string[];
};

/**
 * The set elements that let exactly these links through. Several links may say the same, or one more than another: every
 * port of a way takes its single ones in. Problem: `ADDRESS_NOT_IPV4`, as services speak IPv4 inside.
 */
export function linkElements(links: readonly Link[]): LinkElements {
  return {
    links: elementsOf(links, "address"),
    internet: elementsOf(links, "internet"),
    lan: elementsOf(links, "lan"),
    machine: elementsOf(links, "machine"),
  };
}

/** An IPv4 subnet as nftables takes it, or the problem `ADDRESS_NOT_IPV4`. */
export function checkedSubnet(subnet: string): string {
  const [address, length, ...rest] = subnet.split("/");
  if (length !== undefined && /^([0-9]|[12][0-9]|3[0-2])$/.test(length) && rest.length === 0) {
    return `${checkedAddress(address ?? "")}/${length}`;
  }
  return refuseAddress("an IPv4 subnet", subnet);
}

/** An IPv4 address as nftables takes it, or the problem `ADDRESS_NOT_IPV4`. */
export function checkedAddress(address: string): string {
  return isIPv4(address) ? address : refuseAddress("an IPv4 address", address);
}

function elementsOf(links: readonly Link[], zone: keyof LinkElements | "address"): readonly string[] {
  const portsOfWay = new Map<string, Set<number> | "all">();
  for (const link of links) {
    if (("zone" in link.to ? link.to.zone : "address") !== zone) continue;
    for (const way of waysOf(link)) {
      const ports = portsOfWay.get(way) ?? new Set<number>();
      if (link.port === undefined || ports === "all") portsOfWay.set(way, "all");
      else portsOfWay.set(way, ports.add(link.port));
    }
  }
  return [...portsOfWay]
    .flatMap(([way, ports]) =>
      ports === "all" ? [`${way} . 0-65535`] : [...ports].map((port) => `${way} . ${checkedPort(port)}`),
    )
    .sort();
}

function waysOf(link: Link): readonly string[] {
  const from = checkedSubnet(link.from);
  const ends = "address" in link.to ? `${from} . ${checkedAddress(link.to.address)}` : from;
  const protocols = link.protocol === "any" ? ["tcp", "udp"] : [link.protocol];
  return protocols.map((protocol) => `${ends} . ${protocol}`);
}

function checkedPort(port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  return fail("BUG", `expected a port from 0 to 65535 in a link, got ${port}`, { kind: "bug" });
}

function refuseAddress(expected: string, got: string): never {
  return fail("ADDRESS_NOT_IPV4", `expected ${expected}, got "${got}"`, {
    expected,
    got,
    hint: "services speak IPv4 inside: name an IPv4 address",
  });
}
