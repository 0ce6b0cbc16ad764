import { digest } from "../../resource/digest.ts";
import type { Link } from "../../resource/kinds/link.ts";
import type { MachineNetwork } from "../../resource/kinds/network.ts";
import { notInternet } from "../not-internet.ts";
import { checkedAddress, checkedSubnet, linkElements } from "./nftables-elements.ts";

/** What a site's table is made from. */
export type Ruleset = {
  readonly site: string;
  readonly networks: readonly MachineNetwork[];
  readonly links: readonly Link[];
};

/** What a home network may be: RFC 1918 and RFC 6598 without 10.224.0.0/12, which services of any site have. Not link-local: clouds hand out credentials there. */
const homeNetworks = [
  "10.0.0.0-10.223.255.255",
  "10.240.0.0-10.255.255.255",
  "100.64.0.0/10",
  "172.16.0.0/12",
  "192.168.0.0/16",
] as const;

/** The family and name of a site's table: `inet freehold_home`. Site names are DNS labels, which nftables takes in names. */
export function tableName(site: string): string {
  return `inet freehold_${site}`;
}

/** What the names of a site's bridges begin with: `fh1a2b-`. */
export function bridgePrefix(site: string): string {
  return `fh${digest(site).slice(0, 4)}-`;
}

/** The bridge of the service in a slot: `fh1a2b-fff`, within the 15 characters of an interface name. */
export function bridgeName(site: string, slot: number): string {
  return bridgePrefix(site) + slot.toString(16);
}

/** The text for `nft -f -` that removes a site's table, whether it exists or not. */
export function emptyRuleset(site: string): string {
  return `table ${tableName(site)}\ndelete table ${tableName(site)}\n`;
}

/**
 * The text for `nft -f -` that makes a site's table be exactly this, in one transaction, whatever was there. Packets are
 * judged in the direction in which their connection was opened and let back in the other, so that a link that goes takes its
 * open connections with it. Same input in any order, same text. Problem: `ADDRESS_NOT_IPV4`.
 */
export function ruleset({ site, networks, links }: Ruleset): string {
  const bridges = `"${bridgePrefix(site)}*"`;
  const elements = linkElements(links);
  return `${emptyRuleset(site)}table ${tableName(site)} {
${set(
  "services",
  "ifname . ipv4_addr",
  elementsOf(networks, (of) => `"${bridgeName(site, of.slot)}" . ${subnet(of)}`),
)}
${set(
  "own",
  "ipv4_addr . ipv4_addr",
  elementsOf(networks, (of) => `${subnet(of)} . ${subnet(of)}`),
)}
${set(
  "resolvers",
  "ipv4_addr . ipv4_addr",
  elementsOf(networks.filter(resolves), (of) => `${subnet(of)} . ${checkedAddress(of.gateway)}`),
)}
${set("links", "ipv4_addr . ipv4_addr . inet_proto . inet_service", elements.links)}
${set("internet", "ipv4_addr . inet_proto . inet_service", elements.internet)}
${set("lan", "ipv4_addr . inet_proto . inet_service", elements.lan)}
${set("machine", "ipv4_addr . inet_proto . inet_service", elements.machine)}
${set("not_internet", "ipv4_addr", notInternet)}
${set("home_networks", "ipv4_addr", homeNetworks)}
  chain forward {
    type filter hook forward priority filter - 10; policy accept;
    iifname ${bridges} goto from_service
    oifname ${bridges} goto into_service
  }
  chain input {
    type filter hook input priority filter - 10; policy accept;
    iifname ${bridges} goto to_machine
  }
  chain from_service {
    jump true_sender
    jump answers
    ip saddr . ip daddr @own accept
    ip saddr . ip daddr . meta l4proto . th dport @links accept
    ip daddr != @not_internet ip saddr . meta l4proto . th dport @internet accept
    ip daddr @home_networks ip saddr . meta l4proto . th dport @lan accept
    goto refuse
  }
  chain into_service {
    jump answers
    goto refuse
  }
  chain to_machine {
    jump true_sender
    jump answers
    ip saddr . ip daddr . meta l4proto . th dport @links accept
    ip saddr . meta l4proto . th dport @machine accept
    meta l4proto { tcp, udp } th dport 53 ip saddr . ip daddr @resolvers accept
    goto refuse
  }
  chain true_sender {
    meta nfproto != ipv4 goto refuse
    iifname . ip saddr != @services goto refuse
  }
  chain answers {
    ct state invalid drop
    ct direction reply ct state established accept
    meta l4proto icmp ct state related accept
  }
  chain refuse {
    reject with icmpx admin-prohibited
  }
}
`;
}

function elementsOf(
  networks: readonly MachineNetwork[],
  write: (network: MachineNetwork) => string,
): readonly string[] {
  return [...new Set(networks.map(write))].sort();
}

function subnet(network: MachineNetwork): string {
  return checkedSubnet(network.subnet);
}

function resolves(network: MachineNetwork): boolean {
  return network.resolves;
}

function set(name: string, type: string, elements: readonly string[]): string {
  const lines = elements.length === 0 ? "" : `\n    elements = {\n      ${elements.join(",\n      ")}\n    }`;
  return `  set ${name} {\n    type ${type}\n    flags interval${lines}\n  }`;
}
