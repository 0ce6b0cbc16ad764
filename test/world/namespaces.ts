import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { execOrFail, start } from "../../src/lib/exec.ts";

/** One host of a world: a network namespace with a process in it that answers on some ports. */
export type Host = {
  readonly name: string;
  /** Words that enter its network namespace: put them before a command. */
  readonly enter: readonly [string, string];
  /** A process in it. */
  readonly pid: number;
  /** What its process heard by UDP so far: `10.224.5.2 word`. */
  readonly heard: readonly string[];
  /** Runs a command in it that must end with 0. */
  run(...command: string[]): Promise<string>;
};

/** Hosts in network namespaces, with bridges and cables between them. Nothing of it is seen on the machine itself. */
export type World = {
  host(name: string, ports?: readonly number[]): Promise<Host>;
  /** A cable between two hosts; each end is an interface with these settings. */
  cable(a: End, b: End): Promise<void>;
  /** Ends every process and takes every namespace away. */
  close(): Promise<void>;
};

/** One end of a cable. `bridge` puts it there; otherwise it gets `address` (with length) and `route` for everything else. */
export type End = {
  readonly host: Host;
  readonly device: string;
  readonly address?: string;
  readonly route?: string;
  readonly bridge?: string;
};

/** Answers every TCP connection and datagram with what it gets. */
const echo = `
const ports = JSON.parse(process.argv[1]);
const all = ports.map((port) => new Promise((ready) =>
  require("node:net").createServer((peer) => peer.on("error", () => {}).pipe(peer)).listen(port, "::", ready)));
const udp = ports.map((port) => new Promise((ready) => {
  const socket = require("node:dgram").createSocket("udp4", (message, peer) => {
    process.stdout.write(peer.address + " " + message + "\\n");
    socket.send(message, peer.port, peer.address, () => {});
  }).bind(port, ready);
}));
Promise.all([...all, ...udp]).then(() => process.stdout.write("ready\\n"));
setInterval(() => {}, 1000);
`;

/** An empty world. */
export function makeWorld(): World {
  const prefix = `fhw${randomBytes(3).toString("hex")}`;
  const processes: ChildProcess[] = [];
  const namespaces: string[] = [];
  let cables = 0;

  async function host(name: string, ports: readonly number[] = []): Promise<Host> {
    const namespace = `${prefix}${name}`;
    await execOrFail(["ip", "netns", "add", namespace]);
    namespaces.push(namespace);
    const enter = ["nsenter", `--net=/run/netns/${namespace}`] as const;
    const run = (...command: string[]) => execOrFail([...enter, ...command]);
    await run("ip", "link", "set", "lo", "up");
    const child = start([...enter, process.execPath, "-e", echo, JSON.stringify(ports)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    processes.push(child);
    const heard: string[] = [];
    const out = child.stdout?.setEncoding("utf8");
    if (out === undefined) throw new Error(`no output of ${name}`);
    await once(out, "data");
    out.on("data", (text: string) => heard.push(...text.trim().split("\n")));
    return { name, enter, pid: child.pid ?? 0, heard, run };
  }

  async function cable(a: End, b: End): Promise<void> {
    const [one, other] = [`${prefix}a${cables}`, `${prefix}b${cables}`];
    cables += 1;
    await execOrFail(["ip", "link", "add", "name", one, "type", "veth", "peer", "name", other]);
    for (const [device, end] of [
      [one, a],
      [other, b],
    ] as const) {
      const namespace = `${prefix}${end.host.name}`;
      await execOrFail(["ip", "link", "set", "dev", device, "netns", namespace, "name", end.device]);
      if (end.bridge !== undefined) await end.host.run("ip", "link", "set", "dev", end.device, "master", end.bridge);
      if (end.address !== undefined) await end.host.run("ip", "addr", "add", end.address, "dev", end.device);
      await end.host.run("ip", "link", "set", "dev", end.device, "up");
    }
    for (const { host: of, route } of [a, b]) {
      if (route !== undefined) await of.run("ip", "route", "add", "default", "via", route);
    }
  }

  async function close(): Promise<void> {
    for (const child of processes) {
      const ended = once(child, "exit");
      if (child.exitCode === null && child.kill("SIGKILL")) await ended;
    }
    for (const namespace of namespaces) await execOrFail(["ip", "netns", "del", namespace]);
  }

  return { host, cable, close };
}
