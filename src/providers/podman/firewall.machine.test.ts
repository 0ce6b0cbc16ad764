import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Host, makeWorld } from "../../../test/world/namespaces.ts";
import { start } from "../../lib/exec.ts";
import type { Link } from "../../resource/kinds/link.ts";
import type { MachineNetwork } from "../../resource/kinds/network.ts";
import { createFirewall, type Firewall } from "./firewall.ts";
import { writeRecord } from "./firewall-record.ts";
import { bridgeName, tableName } from "./nftables.ts";
import { probe } from "./probe.ts";

const site = "two-words";
const ports = [53, 80, 587] as const;
const world = makeWorld();
let run: string;
let machine: Host;
let blog: Host;
let mail: Host;
let other: Host;
let internet: Host;
let home: Host;
let firewall: Firewall;

const blogNet = network("blog", 5, true);
const mailNet = network("mail", 7, false);
const addresses = {
  blog: "10.224.5.2",
  mail: "10.224.7.2",
  other: "10.224.9.2",
  internet: "203.0.113.9",
  home: "192.168.77.9",
  blogGateway: "10.224.5.1",
  mailGateway: "10.224.7.1",
  machine: "192.168.77.1",
} as const;

beforeAll(async () => {
  run = await mkdtemp(join(tmpdir(), "freehold-firewall-"));
  machine = await world.host("machine", ports);
  [blog, mail, other, internet, home] = await Promise.all([
    world.host("blog", ports),
    world.host("mail", ports),
    world.host("other", ports),
    world.host("internet", ports),
    world.host("home", ports),
  ]);
  await machine.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
  await plug(blog, bridgeName(site, 5), "blog0", "10.224.5");
  await plug(mail, bridgeName(site, 7), "mail0", "10.224.7");
  await plug(other, bridgeName("another-site", 9), "other0", "10.224.9");
  await world.cable(
    { host: machine, device: "wan0", address: "203.0.113.1/24" },
    { host: internet, device: "eth0", address: "203.0.113.9/24", route: "203.0.113.1" },
  );
  await world.cable(
    { host: machine, device: "lan0", address: "192.168.77.1/24" },
    { host: home, device: "eth0", address: "192.168.77.9/24", route: "192.168.77.1" },
  );
  await machine.run("ip", "route", "add", "default", "via", "203.0.113.9");
  firewall = createFirewall({ site, run, prefix: machine.enter });
  await Promise.all([firewall.addNetwork(blogNet), firewall.addNetwork(mailNet)]);
});

afterAll(async () => {
  await world.close();
  await rm(run, { recursive: true, force: true });
});

describe("a service without links", () => {
  test("reaches no other service, neither its own site's nor another's", async () => {
    expect(await reached(blog, "mail", "other")).toEqual([]);
  });

  test("reaches neither the internet nor the home network", async () => {
    expect(await reached(blog, "internet", "home")).toEqual([]);
  });

  test("reaches the machine on none of its addresses", async () => {
    expect(await reached(mail, "mailGateway", "blogGateway", "machine")).toEqual([]);
  });

  test("is told at once that the way is closed, so that its program does not hang", async () => {
    const started = performance.now();
    const [result] = await probe(blog.pid, [{ address: addresses.mail, port: 80 }], { timeout: 20_000 });
    expect(result?.result).toBe("refused");
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test("is reached from the machine, where the front door is, but from no other host", async () => {
    expect(await reached(machine, "blog")).toEqual(["blog:53", "blog:80", "blog:587"]);
    expect(await reached(home, "blog")).toEqual([]);
    expect(await reached(internet, "blog", "mail")).toEqual([]);
    expect(await reached(other, "blog", "mail")).toEqual([]);
  });

  test("asks its gateway for names when names are resolved for it, and not otherwise", async () => {
    expect(await reached(blog, "blogGateway", "mailGateway", "machine")).toEqual(["blogGateway:53"]);
    expect(await reached(mail, "mailGateway")).toEqual([]);
  });

  test("does not reach the machine over IPv6, which every bridge has by itself", async () => {
    const linkLocal = await ipv6Of(machine, bridgeName(site, 5));
    const targets = ports.map((port) => ({ address: `${linkLocal}%eth0`, port }));
    expect(await probe(blog.pid, targets, { timeout: 3000 })).toEqual(
      targets.map((target) => ({ ...target, result: "refused" })),
    );
    await firewallGone(async () => {
      expect((await probe(blog.pid, targets, { timeout: 3000 })).map(({ result }) => result)).toContain("reached");
    });
  });
});

describe("a link", () => {
  test("opens exactly its source, its destination, its port and its direction, and closes again when it goes", async () => {
    const link = linkOf("blog", { address: addresses.mail }, { port: 587 });
    await firewall.apply(link);
    expect(await reached(blog, "mail", "other", "internet", "home", "machine")).toEqual(["mail:587"]);
    expect(await reached(mail, "blog")).toEqual([]);
    expect(await hearsFrom(blog, mail, addresses.mail, 587)).toBe(false);
    await firewall.remove(link);
    expect(await reached(blog, "mail")).toEqual([]);
  });

  test("of UDP lets datagrams through and answers back, and no TCP", async () => {
    const link = linkOf("blog", { address: addresses.mail }, { protocol: "udp", port: 53 });
    await firewall.apply(link);
    expect(await hearsFrom(blog, mail, addresses.mail, 53)).toBe(true);
    expect(await reached(blog, "mail")).toEqual([]);
    await firewall.remove(link);
  });

  test("to the internet opens public addresses alone, whatever private ones the machine can route to", async () => {
    const all = linkOf("mail", { zone: "internet" }, { protocol: "any" });
    await firewall.apply(all);
    await firewall.apply(linkOf("mail", { zone: "internet" }, { port: 80 }));
    const everywhere = ["internet", "home", "blog", "other", "machine", "mailGateway"] as const;
    expect(await reached(mail, ...everywhere)).toEqual(["internet:53", "internet:80", "internet:587"]);
    await firewall.remove(all);
    expect(await reached(mail, ...everywhere)).toEqual(["internet:80"]);
    await firewall.remove(linkOf("mail", { zone: "internet" }, { port: 80 }));
  });

  test("to the internet does not open the addresses where clouds keep credentials, nor other private ranges", async () => {
    const link = linkOf("mail", { zone: "internet" }, { protocol: "any" });
    await firewall.apply(link);
    const hidden = ["169.254.169.254", "100.64.0.9", "172.16.0.9", "198.18.0.9", "10.3.0.9", "198.51.100.9"];
    for (const address of hidden) await internet.run("ip", "addr", "add", `${address}/32`, "dev", "lo");
    const results = await probe(
      mail.pid,
      hidden.map((address) => ({ address, port: 80 })),
      { timeout: 3000 },
    );
    expect(results.filter(({ result }) => result === "reached").map(({ address }) => address)).toEqual([
      "198.51.100.9",
    ]);
    await firewall.remove(link);
  });

  test("to the home network opens neither services nor the machine nor the internet", async () => {
    const link = linkOf("mail", { zone: "lan" }, { port: 80 });
    await firewall.apply(link);
    expect(await reached(mail, "home", "internet", "blog", "other", "machine", "mailGateway")).toEqual(["home:80"]);
    await firewall.remove(link);
  });

  test("to the machine opens its port on the machine, and nothing behind it", async () => {
    const link = linkOf("mail", { zone: "machine" }, { port: 80 });
    await firewall.apply(link);
    expect(await reached(mail, "machine", "mailGateway", "home", "internet")).toEqual(["machine:80", "mailGateway:80"]);
    expect(await reached(blog, "machine")).toEqual([]);
    await firewall.remove(link);
  });

  test("to a service that runs on the machine itself, elsewhere to freehold, opens that one port", async () => {
    const link = linkOf("blog", { address: addresses.machine }, { port: 587 });
    await firewall.apply(link);
    expect(await reached(blog, "machine", "home")).toEqual(["machine:587"]);
    await firewall.remove(link);
  });

  test("lets the other end say that nobody listens, so that large packets and closed ports are noticed", async () => {
    const link = linkOf("blog", { address: addresses.mail }, { protocol: "udp", port: 9 });
    await firewall.apply(link);
    const ask = `const socket = require("node:dgram").createSocket("udp4");
      socket.on("error", (error) => { process.stdout.write(error.code); process.exit(); });
      socket.connect(9, "${addresses.mail}", () => socket.send("word"));
      setTimeout(() => socket.close(), 2000);`;
    expect(await blog.run(process.execPath, "-e", ask)).toBe("ECONNREFUSED");
    await firewall.remove(link);
  });

  test("that goes cuts the connections that it had let through", async () => {
    const link = linkOf("blog", { address: addresses.mail }, { port: 587 });
    await firewall.apply(link);
    const talk = `const peer = require("node:net").connect(587, "${addresses.mail}");
      peer.on("data", (text) => process.stdout.write(text)).on("error", () => {});
      setInterval(() => peer.write("word\\n"), 50);`;
    const child = start([...blog.enter, process.execPath, "-e", talk], { stdio: ["ignore", "pipe", "inherit"] });
    let heard = 0;
    child.stdout?.on("data", () => {
      heard += 1;
    });
    if (child.stdout !== null) await once(child.stdout, "data");
    await firewall.remove(link);
    await delay(100);
    const then = heard;
    await delay(500);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(heard).toBe(then);
  });

  test("cannot be used by another service that takes the first one's address", async () => {
    const link = linkOf("blog", { address: addresses.mail }, { protocol: "udp", port: 587 });
    await firewall.apply(link);
    const thief = await world.host("thief");
    await plug(thief, bridgeName(site, 11), "thief0", "10.224.11");
    await firewall.addNetwork(network("thief", 11, false));
    await thief.run("ip", "addr", "add", "10.224.5.66/32", "dev", "lo");
    expect(await hearsFrom(thief, mail, addresses.mail, 587, "10.224.5.66")).toBe(false);
    await firewallGone(async () => {
      expect(await hearsFrom(thief, mail, addresses.mail, 587, "10.224.5.66")).toBe(true);
    });
    await firewall.removeNetwork(network("thief", 11, false));
    await firewall.remove(link);
  });
});

describe("the parts of one service", () => {
  test("talk to each other, even on a machine that filters inside bridges", async () => {
    const second = await world.host("second", ports);
    await world.cable(
      { host: machine, device: "second0", bridge: bridgeName(site, 5) },
      { host: second, device: "eth0", address: "10.224.5.3/24", route: "10.224.5.1" },
    );
    await machine.run("sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=1");
    expect(await reached(second, "blog")).toEqual(["blog:53", "blog:80", "blog:587"]);
    await machine.run("sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=0");
  });
});

describe("the table", () => {
  test("is shown back as it was applied, also to another process", async () => {
    const links = [linkOf("blog", { zone: "internet" }, { port: 443 }), linkOf("mail", { zone: "lan" }, {})];
    await Promise.all(links.map((link) => firewall.apply(link)));
    const again = createFirewall({ site, run, prefix: machine.enter });
    expect(await again.observe()).toEqual({
      networks: [{ resource: blogNet }, { resource: mailNet }],
      links: links.map((resource) => ({ resource })),
    });
    await Promise.all(links.map((link) => firewall.remove(link)));
  });

  test("that was opened by hand is amiss, and closed again by any change", async () => {
    const [family = "", table = ""] = tableName(site).split(" ");
    await machine.run("nft", "insert", "rule", family, table, "forward", "accept");
    expect(await reached(blog, "home")).toEqual(["home:53", "home:80", "home:587"]);
    expect((await firewall.observe()).networks).toEqual([
      { resource: blogNet, amiss: "edited" },
      { resource: mailNet, amiss: "edited" },
    ]);
    await firewall.addNetwork(blogNet);
    expect(await reached(blog, "home")).toEqual([]);
    expect((await firewall.observe()).networks).toEqual([{ resource: blogNet }, { resource: mailNet }]);
  });

  test("into which a way was put by hand is amiss", async () => {
    const [family = "", table = ""] = tableName(site).split(" ");
    await machine.run("nft", "add", "element", family, table, "lan", "{ 10.224.5.0/24 . tcp . 80 }");
    expect((await firewall.observe()).networks.map(({ amiss }) => amiss)).toEqual(["edited", "edited"]);
    await firewall.addNetwork(blogNet);
  });

  test("that is gone is observed as gone, and made again by the next change", async () => {
    await machine.run("nft", "delete", "table", ...tableName(site).split(" "));
    expect(await firewall.observe()).toEqual({ networks: [], links: [] });
    await firewall.addNetwork(blogNet);
    expect((await firewall.observe()).networks).toEqual([{ resource: blogNet }, { resource: mailNet }]);
  });

  test("whose change was cut short is amiss, and the next change completes it", async () => {
    const link = linkOf("blog", { zone: "lan" }, { port: 80 });
    await writeRecord(run, { networks: [blogNet, mailNet], links: [link], change: 1 });
    expect((await firewall.observe()).links).toEqual([{ resource: link, amiss: "edited" }]);
    expect(await reached(blog, "home")).toEqual([]);
    await firewall.apply(link);
    expect((await firewall.observe()).links).toEqual([{ resource: link }]);
    expect(await reached(blog, "home")).toEqual(["home:80"]);
    await firewall.remove(link);
  });

  test("holds many links that are applied side by side", async () => {
    const links = Array.from({ length: 60 }, (_, index) =>
      linkOf("blog", { address: addresses.mail }, { port: 1000 + index }),
    );
    await Promise.all(links.map((link) => firewall.apply(link)));
    expect((await firewall.observe()).links.map(({ resource }) => resource)).toEqual(links);
    await Promise.all(links.map((link) => firewall.remove(link)));
    expect((await firewall.observe()).links).toEqual([]);
  });

  test("never looks edited to another process that observes while it is changed", async () => {
    const observer = createFirewall({ site, run, prefix: machine.enter });
    const links = Array.from({ length: 12 }, (_, index) => linkOf("blog", { zone: "lan" }, { port: 2000 + index }));
    let done = false;
    const changes = (async () => {
      for (const link of links) await firewall.apply(link);
      for (const link of links) await firewall.remove(link);
      done = true;
    })();
    const words = new Set<string | undefined>();
    let looks = 0;
    while (!done) {
      for (const { amiss } of (await observer.observe()).networks) words.add(amiss);
      looks += 1;
    }
    await changes;
    expect(looks).toBeGreaterThan(3);
    expect([...words]).toEqual([undefined]);
  });

  test("keeps what it had when a change is refused", async () => {
    await expect(firewall.apply(linkOf("blog", { address: "fe80::1" }, { port: 1 }))).rejects.toMatchObject({
      problem: { code: "ADDRESS_NOT_IPV4" },
    });
    expect(await firewall.observe()).toEqual({
      networks: [{ resource: blogNet }, { resource: mailNet }],
      links: [],
    });
  });

  test("of one site leaves another's alone, and goes with its last network", async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), "freehold-firewall-"));
    const second = createFirewall({ site: "another-site", run: elsewhere, prefix: machine.enter });
    await second.addNetwork(network("other", 9, false));
    expect(await reached(other, "home", "blog")).toEqual([]);
    await second.removeNetwork(network("other", 9, false));
    expect(await reached(other, "home", "blog")).toEqual(["home:53", "home:80", "home:587"]);
    expect(await machine.run("nft", "list", "tables")).toBe(`table ${tableName(site)}\n`);
    await rm(elsewhere, { recursive: true });
  });
});

function network(service: string, slot: number, resolves: boolean): MachineNetwork {
  const start = `10.224.${slot}`;
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

function linkOf(
  from: "blog" | "mail",
  to: Link["to"],
  { protocol = "tcp", port }: { protocol?: Link["protocol"]; port?: number },
): Link {
  const end = "address" in to ? to.address : "zone" in to ? to.zone : to.service;
  return {
    kind: "link",
    id: `link/${from}/${end}/${port ?? "all"}`,
    service: from,
    needs: [`network/${from}`],
    from: from === "blog" ? blogNet.subnet : mailNet.subnet,
    to,
    protocol,
    ...(port === undefined ? {} : { port }),
  };
}

/** A bridge on the machine as Podman makes one, and the host on it. */
async function plug(host: Host, bridge: string, device: string, net: string): Promise<void> {
  await machine.run("ip", "link", "add", "name", bridge, "type", "bridge");
  await machine.run("ip", "addr", "add", `${net}.1/24`, "dev", bridge);
  await machine.run("ip", "link", "set", "dev", bridge, "up");
  await world.cable(
    { host: machine, device, bridge },
    { host, device: "eth0", address: `${net}.2/24`, route: `${net}.1` },
  );
}

/** Which ports of which hosts a host reaches: `mail:587`. */
async function reached(from: Host, ...to: (keyof typeof addresses)[]): Promise<readonly string[]> {
  const targets = to.flatMap((name) => ports.map((port) => ({ name, address: addresses[name], port })));
  const results = await probe(from.pid, targets, { timeout: 500 });
  return targets.filter((_, index) => results[index]?.result === "reached").map(({ name, port }) => `${name}:${port}`);
}

/** Whether a datagram arrives. */
async function hearsFrom(from: Host, to: Host, address: string, port: number, as?: string): Promise<boolean> {
  const word = `word${Math.trunc(performance.now())}`;
  const send = `const socket = require("node:dgram").createSocket("udp4");
    socket.bind(${JSON.stringify({ port: 0, ...(as === undefined ? {} : { address: as }) })}, () =>
      socket.send("${word}", ${port}, "${address}", () => setTimeout(() => socket.close(), 50)));
    socket.on("message", () => process.stdout.write("answered"));`;
  const answered = await from.run(process.execPath, "-e", send);
  await delay(50);
  const heard = to.heard.some((line) => line.endsWith(` ${word}`));
  if (as === undefined) expect(answered === "answered").toBe(heard);
  return heard;
}

async function ipv6Of(host: Host, device: string): Promise<string> {
  for (;;) {
    const found = /inet6 (fe80[^/]*)\/\d+ scope link(?! tentative)/.exec(
      await host.run("ip", "-6", "addr", "show", "dev", device),
    );
    if (found?.[1] !== undefined) return found[1];
    await delay(100);
  }
}

/** Shows that a test would fail without the firewall. */
async function firewallGone(look: () => Promise<void>): Promise<void> {
  await machine.run("nft", "delete", "table", ...tableName(site).split(" "));
  await look();
  await firewall.addNetwork(blogNet);
}
