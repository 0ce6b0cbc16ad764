import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Link } from "../../resource/kinds/link.ts";
import type { MachineNetwork } from "../../resource/kinds/network.ts";
import { bridgeName, emptyRuleset, ruleset, tableName } from "./nftables.ts";

const golden = readFileSync(new URL("./cases/two-services.nft", import.meta.url), "utf8");

describe("the names of a site's table and bridges", () => {
  test("are the site's own, also when it has dashes", () => {
    expect(tableName("two-words")).toBe("inet freehold_two-words");
    expect(bridgeName("two-words", 5).slice(0, 7)).not.toBe(bridgeName("twowords", 5).slice(0, 7));
  });

  test("fit into an interface name for every slot", () => {
    expect(bridgeName("home", 4095)).toBe("fh5869-fff");
  });
});

describe("the text of a table", () => {
  test("is exactly this for two services and their links", () => {
    const networks = [network("mail", 300, false), network("blog", 5, true)];
    const links = [
      link("blog", { address: "10.225.44.2" }, { port: 587 }),
      link("blog", { zone: "internet" }, { protocol: "any" }),
      link("mail", { zone: "lan" }, { port: 9100 }),
      link("mail", { zone: "machine" }, { protocol: "udp", port: 123 }),
    ];
    expect(ruleset({ site: "home", networks, links })).toBe(golden);
  });

  test("is the same for the same things in any order, and when two say the same", () => {
    const networks = [network("mail", 300, false), network("blog", 5, true)];
    const links = [link("blog", { zone: "lan" }, { port: 80 }), link("mail", { zone: "lan" }, { port: 80 })];
    const text = ruleset({ site: "home", networks, links });
    expect(ruleset({ site: "home", networks: networks.toReversed(), links: [...links, ...links].reverse() })).toBe(
      text,
    );
  });

  test("takes single ports into every port of the same way, since the kernel refuses overlaps", () => {
    const links = [
      link("blog", { zone: "internet" }, { port: 443 }),
      link("blog", { zone: "internet" }, {}),
      link("blog", { zone: "internet" }, { protocol: "udp", port: 443 }),
    ];
    const text = ruleset({ site: "home", networks: [], links });
    expect(text).toContain("10.224.5.0/24 . tcp . 0-65535,\n      10.224.5.0/24 . udp . 443\n");
  });

  test.each([["fe80::1"], ["10.224.5.2/24"], ["10.224.5.2 . tcp . 22, 0.0.0.0"], ["mail.example.org"], [""]])(
    "is refused for the address %j, which could otherwise become a rule",
    (address) => {
      expect(() => ruleset({ site: "home", networks: [], links: [link("blog", { address }, {})] })).toThrow(
        `expected an IPv4 address, got "${address}"`,
      );
    },
  );

  test.each(["10.224.5.0", "10.224.5.0/33", "10.224.5.0/024", "10.224.5.0/24/8", '10.224.5.0/24" }'])(
    "is refused for the subnet %j",
    (subnet) => {
      const networks = [{ ...network("blog", 5, true), subnet }];
      expect(() => ruleset({ site: "home", networks, links: [] })).toThrow("expected an IPv4 subnet");
    },
  );

  test.each([-1, 65_536, 1.5, Number.NaN])("is refused for the port %d", (port) => {
    expect(() => ruleset({ site: "home", networks: [], links: [link("blog", { zone: "lan" }, { port })] })).toThrow(
      "expected a port",
    );
  });

  test("that removes a table works whether there is one or not", () => {
    expect(emptyRuleset("home")).toBe("table inet freehold_home\ndelete table inet freehold_home\n");
  });
});

function network(service: string, slot: number, resolves: boolean): MachineNetwork {
  const start = `10.${224 + (slot >> 8)}.${slot & 255}`;
  return {
    kind: "network",
    id: `network/${service}`,
    service,
    needs: [],
    slot,
    subnet: `${start}.0/24`,
    gateway: `${start}.1`,
    resolves,
  };
}

function link(
  from: "blog" | "mail",
  to: Link["to"],
  { protocol = "tcp", port }: { protocol?: Link["protocol"]; port?: number },
): Link {
  return {
    kind: "link",
    id: `link/${from}`,
    service: from,
    needs: [],
    from: from === "blog" ? "10.224.5.0/24" : "10.225.44.0/24",
    to,
    protocol,
    ...(port === undefined ? {} : { port }),
  };
}
