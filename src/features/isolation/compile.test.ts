import { describe, expect, test } from "vitest";
import type { Link } from "../../resource/kinds/link.ts";
import type { Service } from "../../site/site.ts";
import { assignSlots } from "../addresses.ts";
import { compile } from "../compile.ts";
import { samplePart, sampleService, sampleSite } from "../sample-site.ts";

const dns = { name: "dns", port: 53, published: 53, clientAddress: "none" } as const;
const names = sampleService("names", {
  parts: [
    samplePart("names", {
      port: 80,
      ports: [
        { ...dns, protocol: "udp" },
        { ...dns, name: "dns-tcp", protocol: "tcp" },
      ],
    }),
  ],
  replicas: 2,
});

function linksOf(reach: Service["reach"], others: readonly Service[] = [names]): readonly Link[] {
  const services = [sampleService("chat", { reach }), ...others];
  const slots = assignSlots(
    services.map(({ name }) => name),
    {},
    [],
  );
  return compile(sampleSite(services), slots).flatMap((resource) => (resource.kind === "link" ? [resource] : []));
}

const words = (links: readonly Link[]) => links.map(({ id }) => id.replace("link/chat/", ""));

describe("reach", () => {
  test("of nothing opens nothing", () => {
    expect(linksOf([])).toEqual([]);
  });

  test("of a port opens that port alone, at every replica", () => {
    expect(words(linksOf([{ to: "service", service: "names", port: 80 }]))).toEqual([
      "names/names/2/tcp-80",
      "names/names/tcp-80",
    ]);
  });

  test("of a port in two protocols opens both, unless one is named", () => {
    const to = { to: "service", service: "names", port: 53 } as const;
    expect(words(linksOf([to]))).toHaveLength(4);
    expect(words(linksOf([{ ...to, protocol: "udp" }]))).toEqual(["names/names/2/udp-53", "names/names/udp-53"]);
  });

  test("of a service opens everything that it offers and nothing that it only listens on", () => {
    const links = linksOf([{ to: "service", service: "names" }]);
    expect(new Set(links.map(({ protocol, port }) => `${protocol}-${port}`))).toEqual(
      new Set(["tcp-80", "tcp-53", "udp-53"]),
    );
  });

  test("said twice opens once", () => {
    const to = { to: "service", service: "names", port: 80 } as const;
    expect(linksOf([to, to, { to: "internet" }, { to: "internet" }])).toHaveLength(3);
  });

  test("of oneself, of a retired service and of a name without an address opens nothing", () => {
    const retired = { ...names, stage: "retired" as const };
    const nas = sampleService("nas", { parts: [], external: { protocol: "http", host: "nas.lan", port: 80 } });
    expect(linksOf([{ to: "service", service: "chat" }])).toEqual([]);
    expect(linksOf([{ to: "service", service: "names" }], [retired])).toEqual([]);
    expect(linksOf([{ to: "service", service: "nas" }], [nas])).toEqual([]);
  });

  test("of something elsewhere opens its one address and port", () => {
    const nas = sampleService("nas", { parts: [], external: { protocol: "http", host: "192.168.1.9", port: 8080 } });
    expect(linksOf([{ to: "service", service: "nas" }], [nas])).toMatchObject([
      { to: { address: "192.168.1.9" }, protocol: "tcp", port: 8080 },
    ]);
    expect(linksOf([{ to: "service", service: "nas", port: 22 }], [nas])).toEqual([]);
  });

  test("of a zone is for that zone, with its port where one is named", () => {
    const [internet, lan, machine] = linksOf([
      { to: "internet", port: 443 },
      { to: "lan" },
      { to: "machine", port: 53 },
    ]);
    expect(internet).toMatchObject({ to: { zone: "internet" }, port: 443, protocol: "any" });
    expect(lan).toMatchObject({ to: { zone: "lan" } });
    expect(lan).not.toHaveProperty("port");
    expect(machine).toMatchObject({ to: { zone: "machine" }, port: 53 });
  });
});

describe("a network", () => {
  test("resolves names of the outside only for who may go there", () => {
    const resolves = (reach: Service["reach"]) => {
      const site = sampleSite([sampleService("chat", { reach })]);
      const network = compile(site, { chat: 5 }).find(({ id }) => id === "network/chat");
      return network?.kind === "network" && network.resolves;
    };
    expect(resolves([])).toBe(false);
    expect(resolves([{ to: "lan" }, { to: "machine" }])).toBe(false);
    expect(resolves([{ to: "internet", port: 443 }])).toBe(true);
  });
});
