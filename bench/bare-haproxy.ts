import { chmod, copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execOrFail } from "../src/lib/exec.ts";
import { type RunningContainer, runningContainer } from "../test/world/containers.ts";
import type { TestSite } from "../test/world/site.ts";
import { podman } from "./podman-of.ts";

/**
 * Starts a second HAProxy on a test machine: the image, the user and the way of running of the site's front door, its
 * certificate and TLS settings, and beyond them no more than HAProxy needs to hand every request to one service. It listens
 * on port 9443.
 */
export async function startBareHaproxy(site: TestSite, service: RunningContainer): Promise<RunningContainer> {
  const front = `${service.name.split(".")[0]}.front.haproxy`;
  const door = await runningContainer(site.machine, front);
  const inside = `/proc/${door.pid}/root/etc/freehold`;
  const directory = join(site.machine.disk, "bare-haproxy");
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const certificate = (await readdir(join(inside, "certificates"))).find((name) => name.endsWith(".pem")) ?? "";
  await copyFile(join(inside, "certificates", certificate), join(directory, "certificate.pem"));
  await chmod(join(directory, "certificate.pem"), 0o644); // of a machine that lives for a minute
  const ours = await readFile(join(inside, "front/current/haproxy.cfg"), "utf8");
  await writeFile(join(directory, "haproxy.cfg"), bareConfig(ours, await addressOf(service)), { mode: 0o644 });
  const image = await podman(site, ["inspect", "--format", "{{.ImageName}}", door.id]);
  const limits = ["--user", "99", "--cap-drop", "all", "--read-only", "--cpus", "4", "--pids-limit", "64"];
  const run = ["run", "-d", "--name", "bare", "--network", "host", ...limits, "-v", `${directory}:/etc/bare:ro`, image];
  await podman(site, [...run, "-W", "-f", "/etc/bare/haproxy.cfg"]);
  return runningContainer(site.machine, "bare");
}

/** The lines about TLS and threads are those of our own configuration. */
function bareConfig(ours: string, address: string): string {
  const same = /^ +(ssl-default-bind-|tune\.|thread-hard-limit|nbthread).*$/;
  return `global
${ours
  .split("\n")
  .filter((line) => same.test(line))
  .join("\n")}
    maxconn 1000
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
frontend https
    bind :9443 ssl crt /etc/bare/certificate.pem alpn h2,http/1.1
    default_backend service
backend service
    server 1 ${address}:8080
`;
}

async function addressOf({ pid }: RunningContainer): Promise<string> {
  const show = ["ip", "-4", "-brief", "address", "show", "dev", "eth0"];
  const text = await execOrFail(["nsenter", "-t", `${pid}`, "-n", ...show]);
  const address = /(\d+\.\d+\.\d+\.\d+)\//.exec(text)?.[1];
  if (address === undefined) throw new Error(`expected an address of eth0, got "${text}"`);
  return address;
}
