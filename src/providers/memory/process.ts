import { canonical } from "../../resource/digest.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { liveSources, mustReload } from "../../resource/live.ts";
import type { Observed } from "../../resource/observed.ts";
import { parseResource } from "../../resource/parse.ts";
import type { Behaviour, MemoryWorld, Thing } from "./world.ts";

/** How one container behaves: as the world says, or as its command does (`["exit", "3"]` ends at once with 3). */
export function behaviourOf(world: MemoryWorld, container: Container): Behaviour {
  const [word, code] = container.command ?? [];
  return word === "exit" ? { endsAfter: 0, exitCode: Number(code) } : world.behaviour(container);
}

/** The live things that a container sees, by id, each as a text to compare. */
export function liveContent(things: ReadonlyMap<string, Thing>, container: Container): ReadonlyMap<string, string> {
  const { ids, kinds } = liveSources(container);
  const seen = [...things.values()].filter(({ resource: { id, kind } }) => ids.includes(id) || kinds.includes(kind));
  return new Map(seen.map(({ resource }) => [resource.id, canonical({ ...resource, needs: [] })]));
}

/** Whether a running container must be told of live things that are newer than what it loaded. One that is gone is none. */
export function isStale(things: ReadonlyMap<string, Thing>, { resource, run, loaded }: Thing): boolean {
  if (resource.kind !== "container" || !mustReload(resource) || run?.state !== "running") return false;
  return [...liveContent(things, resource)].some(([id, text]) => loaded?.get(id) !== text);
}

/** Starts a container's process; a new one if one runs. */
export function startProcess(world: MemoryWorld, things: ReadonlyMap<string, Thing>, thing: Thing): void {
  if (thing.resource.kind !== "container" || thing.run === undefined) return;
  world.processes += 1;
  const at = world.clock.now();
  thing.run = { ...thing.run, state: "running", pid: world.processes, startedAt: at, exitCode: 0 };
  thing.loaded = liveContent(things, thing.resource);
  const says = behaviourOf(world, thing.resource).says ?? ["serving"];
  thing.log.push(...says.map((text) => ({ at, text })));
}

/** Lets time take its effect: a process whose end has come is stopped. */
export function settle(world: MemoryWorld, thing: Thing): void {
  if (thing.resource.kind !== "container" || thing.run?.state !== "running") return;
  const { endsAfter, exitCode } = behaviourOf(world, thing.resource);
  if (endsAfter === undefined || world.clock.now() < thing.run.startedAt + endsAfter) return;
  thing.run = { ...thing.run, state: "stopped", pid: 0, exitCode: exitCode ?? 1 };
}

/** Where its server listens: on the port that its command names (`serve 8080`), else on the one that its check asks. */
export function servedPorts(container: Container): readonly number[] {
  const [word, port] = container.command ?? [];
  if (word === "serve" && port !== undefined) return [Number(port)];
  return "port" in container.check.ask ? [container.check.ask.port] : [];
}

/** Where a running container leads visitors, by what it has loaded. */
export function leadsOf({ resource, run, loaded }: Thing): Pick<Observed, "leads"> {
  if (!mustReload(resource) || run?.state !== "running") return {};
  const files = [...(loaded?.values() ?? [])].map(parseResource);
  return { leads: files.flatMap((file) => (file?.kind === "file" ? (file.handsTo ?? []) : [])) };
}
