import { describe, expect, test } from "vitest";
import { zonePeers } from "./zones.ts";

const ranges = { nodes: ["192.168.1.10", "203.0.113.7", "2001:db8::7"], inside: ["10.42.0.0/16", "2001:db8:1::/48"] };

/** The ranges of some peers, and what is left out of each. */
const told = (peers: ReturnType<typeof zonePeers>) =>
  Object.fromEntries(peers.map(({ ipBlock }) => [ipBlock?.cidr, ipBlock?.except ?? []]));

describe("the addresses of a zone", () => {
  test("internet: no private address, no link-local one (where clouds hand out credentials), nothing of the cluster", () => {
    const blocks = told(zonePeers("internet", ranges));
    expect(Object.keys(blocks)).toEqual(["0.0.0.0/0", "2000::/3"]);
    for (const range of [
      "10.0.0.0/8",
      "100.64.0.0/10",
      "127.0.0.0/8",
      "169.254.0.0/16",
      "172.16.0.0/12",
      "192.168.0.0/16",
    ])
      expect(blocks["0.0.0.0/0"]).toContain(range);
    expect(blocks["0.0.0.0/0"]).toContain("203.0.113.7/32");
    expect(blocks["2000::/3"]).toEqual(["2001:db8:1::/48", "2001:db8::7/128"]);
  });

  test("lan: private addresses, without the cluster's own", () => {
    const blocks = told(zonePeers("lan", ranges));
    expect(blocks["10.0.0.0/8"]).toEqual(["10.42.0.0/16"]);
    expect(blocks["192.168.0.0/16"]).toEqual(["192.168.1.10/32"]);
    expect(blocks["172.16.0.0/12"]).toEqual([]);
    expect(Object.keys(blocks)).not.toContain("169.254.0.0/16");
  });

  test("lan: a range that is the cluster's as a whole is left out", () => {
    const blocks = told(zonePeers("lan", { nodes: [], inside: ["10.0.0.0/8", "100.64.0.0/9"] }));
    expect(Object.keys(blocks)).toEqual(["172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]);
  });

  test("machine: the nodes and nothing else; nobody, where they are not known", () => {
    expect(Object.keys(told(zonePeers("machine", ranges)))).toEqual([
      "192.168.1.10/32",
      "203.0.113.7/32",
      "2001:db8::7/128",
    ]);
    expect(zonePeers("machine")).toEqual([]);
  });
});
