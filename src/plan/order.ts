import { inOrder } from "../lib/graph.ts";
import { fail } from "../lib/problem.ts";
import type { ResourceId } from "../resource/base.ts";
import { isOnMachine } from "../resource/kinds/network.ts";
import { guidesAmong, liveSources } from "../resource/live.ts";
import type { Resource } from "../resource/resource.ts";
import { traits } from "../resource/traits.ts";
import { type Step, stepId } from "./step.ts";

/**
 * Which steps each step waits for, by id. Six rules:
 * - what is made waits for what it needs, and for live content that it takes up;
 * - networks, links and containers that are made wait until unwanted users (`leaves: "first"`) of their service are gone: they may hold their address;
 * - a container or network of a service is touched only when all groundwork (images, files, secrets) of that service is laid: what fails there
 *   leaves the service running as it is;
 * - a removal waits for the removals of those who needed it;
 * - what is used (`leaves: "last"`) goes only after its users have been changed so that they do without it;
 * - a container that is relieved holds no address that anybody waits for. It goes after those that take over from it, after what leads
 *   visitors to them, which waits for them too, and after who reads that.
 */
export function waits(steps: readonly Step[]): ReadonlyMap<ResourceId, readonly ResourceId[]> {
  const byId = new Map(steps.map((step) => [stepId(step), step]));
  const made = steps.filter((step) => step.action !== "remove");
  const leaving = steps.filter((step) => step.action === "remove");
  const changing = made.filter(({ action }) => action !== "keep");
  const byKind = Map.groupBy(changing, ({ resource }) => resource.kind);
  const users = usersOf(steps);
  const late = lateOnes(leaving, users);
  const firstOut = Map.groupBy(
    leaving.filter((step) => traits[step.was.resource.kind].leaves === "first" && !late.has(stepId(step))),
    ({ was }) => was.resource.service,
  );
  const relieving = new Set(made.flatMap((step) => (step.relieves === undefined ? [] : [step.resource.id])));
  const guides = guidesAmong(made.map(({ resource }) => resource));
  const groundwork = Map.groupBy(
    changing.filter(({ resource }) => isGroundwork(resource)),
    ({ resource }) => resource.service,
  );
  const laidBefore = (resource: Resource): readonly ResourceId[] =>
    standsOnGroundwork(resource) ? (groundwork.get(resource.service)?.map(stepId) ?? []) : [];

  const result = new Map<ResourceId, readonly ResourceId[]>();
  for (const { resource } of made) {
    const live = liveSources(resource);
    const ofKinds = live.kinds.flatMap((kind) => byKind.get(kind)?.map(stepId) ?? []);
    const led = resource.kind === "file" ? (resource.handsTo ?? []).filter((id) => relieving.has(id)) : [];
    const needed = [...resource.needs, ...live.ids, ...ofKinds, ...led].filter((id) => isMade(byId.get(id)));
    const before = isGroundwork(resource) ? [] : (firstOut.get(resource.service)?.map(stepId) ?? []);
    result.set(resource.id, [...new Set([...needed, ...before, ...laidBefore(resource)])]);
  }
  for (const { was, relievedBy } of leaving) {
    const last = traits[was.resource.kind].leaves === "last";
    const before = (users.get(was.resource.id) ?? []).filter((user) => last || user.action === "remove");
    const relief = relievedBy === undefined ? [] : [...relievedBy, ...guides];
    result.set(was.resource.id, [...before.map(stepId), ...laidBefore(was.resource), ...relief]);
  }
  return result;
}

/** What is relieved, and what goes only after that: ways that it needs to its end. */
function lateOnes(
  leaving: readonly Extract<Step, { action: "remove" }>[],
  users: ReadonlyMap<ResourceId, readonly Step[]>,
): ReadonlySet<ResourceId> {
  const late = new Set(leaving.flatMap((step) => (step.relievedBy === undefined ? [] : [stepId(step)])));
  if (late.size === 0) return late;
  for (const { was } of leaving) {
    const own = users.get(was.resource.id) ?? [];
    if (own.some((user) => user.action === "remove" && late.has(stepId(user)))) late.add(was.resource.id);
  }
  return late;
}

/** What is there before a process runs with it, and holds no address. */
function isGroundwork({ kind }: Resource): boolean {
  return kind !== "container" && kind !== "network" && kind !== "link" && kind !== "manifest";
}

/** What is touched only when the groundwork is laid. A cluster's network is what that lies in, and stays where it is. */
function standsOnGroundwork(resource: Resource): boolean {
  return resource.kind === "container" || (resource.kind === "network" && isOnMachine(resource));
}

/** The steps in an order that works. Problem: `RESOURCE_RING` (a bug) when wanted resources need each other in a ring. */
export function ordered(steps: readonly Step[]): readonly Step[] {
  const byId = new Map(steps.map((step) => [stepId(step), step]));
  const edges = waits(steps);
  const onRing = (from: ResourceId, to: ResourceId): void => {
    if (isMade(byId.get(from)) && isMade(byId.get(to))) {
      fail("RESOURCE_RING", `expected needs without a ring, got ${from} and ${to} that need each other`, {
        kind: "bug",
      });
    }
  };
  const removalsFirst = steps.toSorted((a, b) => rank(a) - rank(b));
  const ids = inOrder(removalsFirst.map(stepId), (id) => edges.get(id) ?? [], onRing);
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function rank(step: Step): number {
  if (step.action !== "remove") return 1;
  return traits[step.was.resource.kind].leaves === "first" ? 0 : 2;
}

function isMade(step: Step | undefined): boolean {
  return step !== undefined && step.action !== "remove";
}

/** The steps about everything that, as observed, needs an id. */
function usersOf(steps: readonly Step[]): ReadonlyMap<ResourceId, readonly Step[]> {
  const users = new Map<ResourceId, Step[]>();
  for (const step of steps) {
    if (step.action === "create") continue;
    for (const id of step.was.resource.needs) {
      const list = users.get(id);
      if (list === undefined) users.set(id, [step]);
      else list.push(step);
    }
  }
  return users;
}
