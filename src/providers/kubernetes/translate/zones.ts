import ipaddr from "ipaddr.js";
import type { INetworkPolicyPeer } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer";
import { notInternet } from "../../not-internet.ts";
import type { ClusterRanges } from "./translation.ts";

/** All of IPv4 but what is never the internet, and the part of IPv6 that is (RFC 6890, RFC 4291). */
const internet: readonly Block[] = [
  { cidr: "0.0.0.0/0", except: notInternet },
  { cidr: "2000::/3", except: [] },
];

/** What a home network may be: RFC 1918, RFC 6598, RFC 4193. Not link-local: clouds hand out credentials there. */
const home: readonly Block[] = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"].map(
  (cidr) => ({ cidr, except: [] }),
);

type Block = { readonly cidr: string; readonly except: readonly string[] };

/**
 * The addresses of a zone, as far as the cluster is not there itself: its pods, Services and nodes are in no zone but `machine`, which is
 * its nodes. Where the cluster does not tell its ranges (`ranges` without them), `lan` reaches private addresses of pods, too.
 */
export function zonePeers(
  zone: "internet" | "lan" | "machine",
  { nodes, inside }: ClusterRanges = { nodes: [], inside: [] },
): readonly INetworkPolicyPeer[] {
  const own = [...nodes.map(asRange), ...inside];
  if (zone === "machine") return nodes.map((address) => ({ ipBlock: { cidr: asRange(address) } }));
  return (zone === "internet" ? internet : home).flatMap((block) => peer(block, own));
}

/** One address, or what was written as a range already. */
export function asRange(address: string): string {
  if (address.includes("/")) return address;
  return `${address}/${address.includes(":") ? 128 : 32}`;
}

/** A block without what of `own` is in it; nothing when all of it is. */
function peer({ cidr, except }: Block, own: readonly string[]): readonly INetworkPolicyPeer[] {
  if (own.some((range) => contains(range, cidr))) return [];
  const further = own.filter((range) => contains(cidr, range) && !except.some((other) => contains(other, range)));
  const all = [...new Set([...except, ...further])].sort();
  return [{ ipBlock: { cidr, ...(all.length === 0 ? {} : { except: all }) } }];
}

/** Whether all of one range lies in another. */
function contains(outer: string, inner: string): boolean {
  const [wide, wideBits] = ipaddr.parseCIDR(outer);
  const [narrow, narrowBits] = ipaddr.parseCIDR(inner);
  return wide.kind() === narrow.kind() && wideBits <= narrowBits && narrow.match(wide, wideBits);
}
