import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { exec, start } from "../src/lib/exec.ts";
import { runningContainer } from "../test/world/containers.ts";
import { createHome, type TestSite } from "../test/world/site.ts";
import { eventually } from "../test/world/wait.ts";
import { median, type Row } from "./row.ts";

const front = "https://blog.home.localhost:8443/";
const bare = "https://blog.home.localhost:9443/";

/** HAProxy as we configure it, against one with nothing but the same certificate and the same service behind it. */
export async function throughputRow(): Promise<Row> {
  const home = await createHome(["blog"]);
  try {
    await home.mustUp();
    const end = await startBare(home);
    const ours: number[] = [];
    const floor: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      ours.push(await requestsPerSecond(home, front));
      floor.push(await requestsPerSecond(home, bare));
    }
    await end();
    const ratio = median(ours) / median(floor);
    return {
      what: "requests per second through the front door, TLS 1.3, 32 connections",
      measured: median(ours).toFixed(0),
      floor: `${median(floor).toFixed(0)} through a bare HAProxy with the same TLS`,
      bound: `${ratio.toFixed(2)} of at least 0.95`,
      within: ratio >= 0.95,
    };
  } finally {
    await home.machine.end();
  }
}

async function requestsPerSecond(home: TestSite, url: string): Promise<number> {
  const { stdout, stderr } = await home.machine.exec(["wrk", "-t1", "-c32", "-d4s", url]);
  const found = /Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1];
  if (found === undefined || /Non-2xx|Socket errors/.test(stdout)) throw new Error(`wrk: ${stdout}${stderr}`);
  return Number(found);
}

/** Starts the front door's own program, among its files, with as little configuration as works. */
async function startBare(home: TestSite): Promise<() => Promise<void>> {
  const door = await runningContainer(home.machine, "home.front.haproxy");
  const config = await readFile(`/proc/${door.pid}/root/etc/freehold/front/current/haproxy.cfg`, "utf8");
  const threads = /^\s*nbthread .*$/m.exec(config)?.[0] ?? "";
  const certificates = (await exec(["ls", `/proc/${door.pid}/root/etc/freehold/certificates/`])).stdout
    .trim()
    .split("\n");
  const certificate = certificates.find((name) => name.endsWith(".pem")) ?? "";
  const words = ["nsenter", "-t", `${door.pid}`, "-m", "-n", "/usr/sbin/haproxy", "-f", "/dev/stdin"] as const;
  const program = start(words, { stdio: ["pipe", "ignore", "inherit"] });
  program.stdin?.end(`global
${threads}
  ssl-default-bind-options ssl-min-ver TLSv1.2
  maxconn 1000
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend front
  bind 127.0.0.1:9443 ssl crt /etc/freehold/certificates/${certificate} alpn h2,http/1.1
  default_backend back
backend back
  server blog ${await addressOf(home)}:8080
`);
  await eventually("the bare HAProxy to answer", async () => {
    const { code } = await home.machine.exec(["curl", "-fsk", "-o", "/dev/null", bare]);
    return code === 0 ? true : undefined;
  });
  return async () => {
    const gone = once(program, "exit");
    program.kill("SIGKILL");
    await gone;
  };
}

async function addressOf(home: TestSite): Promise<string> {
  const { pid } = await runningContainer(home.machine, "home.blog");
  const words = ["nsenter", "-t", `${pid}`, "-n", "ip", "-4", "-brief", "address", "show", "dev", "eth0"] as const;
  return /(\d+\.\d+\.\d+\.\d+)\//.exec((await exec(words)).stdout)?.[1] ?? "";
}
