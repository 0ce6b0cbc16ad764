import { fail } from "../../lib/problem.ts";
import type { Container, SecretsGiven } from "../../resource/kinds/container.ts";
import { isOnMachine } from "../../resource/kinds/network.ts";
import type { CheckResult, LogLine, LogQuery, ProbeResult, ProbeTarget } from "../provider.ts";
import { behaviourOf, servedPorts, settle } from "./process.ts";
import { type MemoryWorld, type Thing, thingsOf } from "./world.ts";

/** The container of an id; problem `CONTAINER_UNKNOWN`. */
export function containerOf(world: MemoryWorld, site: string, id: string): Thing & { readonly resource: Container } {
  const thing = thingsOf(world, site).get(id);
  const resource = thing?.resource;
  if (thing === undefined || resource?.kind !== "container") {
    return fail("CONTAINER_UNKNOWN", `expected a container of ${site}, got "${id}"`);
  }
  return { ...thing, resource };
}

/** Whether a container answers now. */
export function askHealth(world: MemoryWorld, site: string, container: Container): CheckResult {
  const thing = thingsOf(world, site).get(container.id);
  if (thing !== undefined) settle(world, thing);
  if (thing?.run?.state !== "running" || thing.resource.kind !== "container") {
    return { healthy: false, stopped: true, detail: "it does not run" };
  }
  const { ask } = container.check;
  if ("port" in ask && !servedPorts(thing.resource).includes(ask.port)) {
    return { healthy: false, detail: `port ${ask.port} refused` };
  }
  const { answersAfter = 0 } = behaviourOf(world, thing.resource);
  if (world.clock.now() < thing.run.startedAt + answersAfter) return { healthy: false, detail: "no answer yet" };
  return { healthy: true };
}

/** What a container printed; a followed log ends with its signal. */
export async function* readLog(world: MemoryWorld, site: string, id: string, query: LogQuery): AsyncGenerator<LogLine> {
  yield* chosenLines(containerOf(world, site, id).log, query);
  const { follow, signal } = query;
  if (!follow || signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

/** The lines of a log that a query asks for. */
export function chosenLines(log: Thing["log"], { since = 0, tail }: LogQuery): readonly LogLine[] {
  const lines = log.filter(({ at }) => at >= since);
  const chosen = lines.slice(tail === undefined ? 0 : Math.max(0, lines.length - tail));
  return chosen.map((line) => ({ ...line, stream: "stdout" }));
}

/** Runs one of this world's few commands: `exit CODE`, `write PATH TEXT`, `holds PATH TEXT`, `variable NAME TEXT`. */
export function runCommand(world: MemoryWorld, site: string, id: string, command: readonly string[]): number {
  const { mounts, secrets } = containerOf(world, site, id).resource;
  const [word, first = "", text = ""] = command;
  if (word === "exit") return Number(first);
  const given = secretAt(thingsOf(world, site), secrets, first);
  if (given !== undefined) return given === text ? 0 : 1;
  const mount = mounts.find(({ target }) => first.startsWith(`${target}/`));
  const thing = mount === undefined ? undefined : thingsOf(world, site).get(mount.source);
  if (mount === undefined || thing === undefined) return 1;
  const path = first.slice(mount.target.length + 1);
  if (word === "write") thing.data.set(path, text);
  return contentAt(thing, path) === text ? 0 : 1;
}

/** This world seals nothing: what a secret's entry says is its value. */
function secretAt(
  things: ReadonlyMap<string, Thing>,
  given: SecretsGiven | undefined,
  target: string,
): string | undefined {
  const source = given && things.get(given.source)?.resource;
  if (given === undefined || source?.kind !== "secret") return undefined;
  const name = new Map(Object.entries({ ...given.variables, ...given.files })).get(target);
  return name === undefined ? undefined : new Map(Object.entries(source.entries)).get(name);
}

function contentAt({ resource, data }: Thing, path: string): string | undefined {
  if (resource.kind !== "file") return data.get(path);
  if (resource.content.from !== "text") return undefined;
  return new Map(Object.entries(resource.content.entries)).get(path.replace(/^current\//, ""));
}

/** Which ways are open, as this site's links say: a way into the own network always is. */
export function tryWays(
  world: MemoryWorld,
  site: string,
  id: string,
  targets: readonly ProbeTarget[],
): readonly ProbeResult[] {
  const things = thingsOf(world, site);
  const { network } = containerOf(world, site, id).resource;
  if (network.mode !== "service") return targets.map((target) => ({ ...target, result: "reached" }));
  const own = things.get(network.id)?.resource;
  const subnet = own?.kind === "network" && isOnMachine(own) ? own.subnet : "";
  const links = [...things.values()].flatMap(({ resource }) => (resource.kind === "link" ? [resource] : []));
  return targets.map((target) => {
    const open = links.some(
      ({ from, to, port, protocol }) =>
        from === subnet &&
        protocol !== "udp" &&
        (port === undefined || port === target.port) &&
        ("address" in to ? to.address === target.address : "zone" in to && to.zone === zoneOf(target.address)),
    );
    const near = target.address.startsWith(subnet.replace(/0\/24$/, "")) && !target.address.endsWith(".1");
    return { ...target, result: open || near ? "reached" : "refused" };
  });
}

/** This world's geography: gateways are the machine, private addresses the local network, all else the internet. */
function zoneOf(address: string): "internet" | "lan" | "machine" | undefined {
  if (/^10\.2[2-3]\d\..*\.1$/.test(address)) return "machine";
  if (/^10\.2[2-3]\d\./.test(address)) return undefined;
  return /^(10|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(address) ? "lan" : "internet";
}
