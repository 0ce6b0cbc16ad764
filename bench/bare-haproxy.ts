import { chmod, copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addressOf, type RunningContainer, runningContainer } from "../test/world/containers.ts";
import type { TestSite } from "../test/world/site.ts";
import { podman } from "./podman-of.ts";

/** Where the bare HAProxy listens: for what leads to the service, and for what leads to the quick one. */
export const barePorts = { service: 9443, quick: 9444 } as const;

/** Where {@link startQuickService} listens. */
export const quickAddress = "127.0.0.1:9600";

/**
 * Starts a second HAProxy on a test machine: the image, the user and the way of running of the site's front door, its
 * certificates and TLS settings, and beyond them no more than HAProxy needs to hand every request to a service and to tell it
 * who asked. Without that a service does less for each request: the blog would write no log.
 */
export async function startBareHaproxy(site: TestSite, service: RunningContainer): Promise<RunningContainer> {
  const door = await frontDoor(site);
  const inside = `/proc/${door.pid}/root/etc/freehold`;
  const certificates = join(site.machine.disk, "bare/certificates");
  await mkdir(certificates, { recursive: true, mode: 0o755 });
  for (const name of (await readdir(join(inside, "certificates"))).filter((one) => one.endsWith(".pem"))) {
    await copyFile(join(inside, "certificates", name), join(certificates, name));
    await chmod(join(certificates, name), 0o644); // of a machine that lives for a minute
  }
  const ours = await readFile(join(inside, "front/current/haproxy.cfg"), "utf8");
  return startHaproxy(site, "bare", bareConfig(ours, `${await addressOf(service)}:8080`));
}

/** Starts a service that costs next to nothing: one thread that gives every request the same short answer. */
export async function startQuickService(site: TestSite): Promise<RunningContainer> {
  const answer = 'http-request return status 200 content-type text/plain string "hello"';
  const config = `global\n    nbthread 1\n${defaults}frontend quick\n    bind ${quickAddress}\n    ${answer}\n`;
  return startHaproxy(site, "quick", config);
}

async function startHaproxy(site: TestSite, name: string, config: string): Promise<RunningContainer> {
  const door = await frontDoor(site);
  const directory = join(site.machine.disk, name);
  await mkdir(directory, { recursive: true, mode: 0o755 });
  await writeFile(join(directory, "haproxy.cfg"), config, { mode: 0o644 });
  const image = await podman(site, ["inspect", "--format", "{{.ImageName}}", door.id]);
  const limits = ["--user", "99", "--cap-drop", "all", "--read-only", "--cpus", "4", "--pids-limit", "64"];
  const run = ["run", "-d", "--name", name, "--network", "host", ...limits, "-v", `${directory}:/etc/bare:ro`, image];
  await podman(site, [...run, "-W", "-f", "/etc/bare/haproxy.cfg"]);
  return runningContainer(site.machine, name);
}

const defaults = `    maxconn 1000
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
`;

/** The lines about TLS and threads are those of our own configuration. */
function bareConfig(ours: string, service: string): string {
  const same = /^ +(ssl-default-bind-|tune\.|thread-hard-limit|nbthread).*$/;
  const shared = ours.split("\n").filter((line) => same.test(line));
  const to = (name: "service" | "quick", address: string) => `frontend ${name}
    bind :${barePorts[name]} ssl crt /etc/bare/certificates alpn h2,http/1.1
    option forwardfor
    default_backend ${name}
backend ${name}
    server 1 ${address}
`;
  return `global\n${shared.join("\n")}\n${defaults}${to("service", service)}${to("quick", quickAddress)}`;
}

function frontDoor(site: TestSite): Promise<RunningContainer> {
  return runningContainer(site.machine, "home.front.haproxy");
}
