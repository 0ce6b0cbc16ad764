import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assignSlots } from "../../src/features/addresses.ts";
import { compile } from "../../src/features/compile.ts";
import type { Container } from "../../src/resource/kinds/container.ts";
import type { Resource } from "../../src/resource/resource.ts";
import type { Site } from "../../src/site/site.ts";
import { createMachine, type Machine, type Running } from "../world/machine.ts";
import { eventually } from "../world/wait.ts";
import { writeCertificate } from "./certificate.ts";
import { askSocket } from "./socket.ts";

/** The front door of a site as compiled, run by the HAProxy of this machine on a test machine of its own. */
export type FrontDoor = {
  readonly machine: Machine;
  /** The address of a service's container. */
  addressOf(container: string): string;
  /** Starts a stand-in for a service's container, at the container's address. */
  serve(container: string, port: number): Promise<Running>;
  /** Writes the files for another site and has them loaded; resolves when the new process answers. */
  reload(site: Site): Promise<void>;
  /** What the front door has printed so far. */
  log(): string;
  /** The processes that answer, the newest first; their ids as the test machine sees them. */
  workers(): Promise<readonly number[]>;
};

/** Programs that play visitors; each says at its beginning what it does. */
export const talker = join(import.meta.dirname, "talker.ts");
export const socketInHttp2 = join(import.meta.dirname, "socket-in-http2.ts");
export const visitor = join(import.meta.dirname, "visitor.ts");

/** A request to go on as a WebSocket (RFC 6455, section 4.1). */
export function upgradeOf(host: string): string {
  const key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  return `GET /live HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n\r\n`;
}

/** The HAProxy that is tested: this machine's own, unless FREEHOLD_TEST_HAPROXY names another. */
export const program = process.env.FREEHOLD_TEST_HAPROXY ?? "haproxy";

/** The user and the one capability that the front door's container has. */
const asFront = [
  "setpriv",
  "--reuid=99",
  "--regid=99",
  "--clear-groups",
  "--inh-caps=-all,+net_bind_service",
  "--ambient-caps=+net_bind_service",
  "--bounding-set=-all,+net_bind_service",
  "--no-new-privs",
] as const;

/** Starts the front door of a site on a test machine. */
export async function createFrontDoor(site: Site): Promise<FrontDoor> {
  const machine = await createMachine();
  await machine.exec(["install", "-d", "-o", "99", "/run/freehold"]);
  await writeFront(machine, site);
  const words = (containerOf(site, "container/front/haproxy").command ?? []).map((word) => placed(word, machine));
  const master = await machine.start([...asFront, program, ...words], { cwd: "/" });
  let printed = "";
  for (const stream of [master.process.stdout, master.process.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  const ask = (line: string): Promise<string> =>
    askSocket(`/proc/${machine.pid()}/root/run/freehold/master.sock`, line);
  const workers = async (): Promise<readonly number[]> =>
    [...(await ask("show proc")).matchAll(/^(\d+) +worker/gm)].map(([, pid]) => Number(pid));
  await eventually("a front door that listens", async () => {
    if (master.process.exitCode !== null) throw new Error(`expected a front door, got:\n${printed}`);
    return existsSync(`/proc/${machine.pid()}/root/run/freehold/admin.sock`) ? true : undefined;
  });
  return {
    machine,
    workers,
    log: () => printed,
    addressOf: (container) => addressOf(site, container),
    serve: async (container, port) => {
      const address = addressOf(site, container);
      await machine.exec(["ip", "address", "replace", `${address}/32`, "dev", "lo"]);
      const script = join(import.meta.dirname, "service.ts");
      return startReady(machine, [process.execPath, script, container, address, String(port)]);
    },
    reload: async (wanted) => {
      await writeFront(machine, wanted);
      const [before] = await workers();
      await ask("reload");
      await eventually("a new process of the front door", async () => {
        const [now] = await workers().catch(() => [before]);
        return now === before ? undefined : now;
      });
    },
  };
}

/** Starts a program on a test machine that prints a line once it is ready. */
export async function startReady(machine: Machine, argv: readonly [string, ...string[]]): Promise<Running> {
  const running = await machine.start(argv);
  await new Promise((resolve, reject) => {
    running.process.stdout?.once("data", resolve);
    running.process.once("exit", () => reject(new Error(`expected ${argv.join(" ")} to be ready, it ended`)));
  });
  return running;
}

/** Writes what the front door reads: its files, and those certificates that are not there yet. */
async function writeFront(machine: Machine, site: Site): Promise<void> {
  const current = join(machine.disk, "front/current");
  const certificates = join(machine.disk, "certificates");
  await mkdir(current, { recursive: true });
  await mkdir(certificates, { recursive: true });
  for (const resource of compiled(site)) {
    if (resource.kind === "certificate") {
      const name = resource.id.split("/").at(-1) ?? "";
      if (!existsSync(join(certificates, `${name}.pem`))) await writeCertificate(certificates, name, resource.names);
    }
    if (resource.id !== "file/front/haproxy" || resource.kind !== "file" || resource.content.from !== "text") continue;
    for (const [name, text] of Object.entries(resource.content.entries))
      await writeFile(join(current, name), placed(text, machine));
  }
}

/** The same text with the container's paths where they are on the test machine. */
function placed(text: string, { disk }: Machine): string {
  return text.replaceAll("/etc/freehold/", `${disk}/`);
}

function compiled(site: Site): readonly Resource[] {
  const names = site.services.map(({ name }) => name);
  return compile(site, assignSlots(names, {}, []));
}

function containerOf(site: Site, id: string): Container {
  const found = compiled(site).find((resource) => resource.id === id);
  if (found?.kind !== "container") throw new Error(`expected ${id} in the site`);
  return found;
}

function addressOf(site: Site, container: string): string {
  const { network } = containerOf(site, container);
  if (network.mode !== "service") throw new Error(`expected a service's container, got ${container}`);
  return network.address;
}
