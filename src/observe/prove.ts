import type { ProbeResult, Runtime } from "../providers/provider.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Observation } from "../resource/observed.ts";
import type { Site } from "../site/site.ts";
import { type Attempt, attempts, type Goal, type Surroundings } from "./attempts.ts";

/** One way that is not as the files say: open though no line opens it, or closed though one does. */
export type Difference = { readonly attempt: Attempt; readonly result: "reached" | "refused" };

/** What came of all attempts from one service to one goal. */
export type Cell = {
  readonly from: string;
  /** The name of a service, or `machine`, `lan`, `internet`. */
  readonly to: string;
  /** Ports, sorted, each once. */
  readonly declared: readonly number[];
  readonly reached: readonly number[];
  readonly refused: readonly number[];
};

/** The proof that exactly the declared ways are open, or where it fails. */
export type Proof = {
  /** From every service that runs to every goal, both sorted; zones last. */
  readonly cells: readonly Cell[];
  readonly attempts: number;
  readonly differences: readonly Difference[];
  /**
   * Declared ways to the local network or the internet on which nobody answered: somebody there may just not listen, so they
   * are no differences, and nothing is proved by them.
   */
  readonly unanswered: readonly Attempt[];
  /** Services that do not run, and so were not asked. */
  readonly absent: readonly string[];
};

/**
 * Tries every way from inside the running services. The results are the network's own, none is assumed: a container that does
 * not run is named in `absent`.
 */
export async function prove(
  site: Site,
  observation: Observation,
  runtime: Pick<Runtime, "probe" | "listening">,
  surroundings: Surroundings,
): Promise<Proof> {
  const running = observation.resources.flatMap(({ resource, run }) =>
    resource.kind === "container" && run?.state === "running" ? [resource] : [],
  );
  const listening = new Map<ResourceId, readonly number[]>();
  for (const { id } of running) listening.set(id, await runtime.listening(site.name, id));
  const planned = attempts(site, running, listening, surroundings);
  const groups = [...Map.groupBy(planned, ({ from }) => from)];
  const results = await Promise.all(
    groups.map(async ([from, tried]) => match(tried, await runtime.probe(site.name, from, tried.map(targetOf)))),
  );
  const present = new Set(running.map(({ service }) => service));
  const absent = site.services
    .filter(({ name, parts }) => parts.length > 0 && !present.has(name))
    .map(({ name }) => name);
  return { ...judge(results.flat()), absent };
}

/** One attempt and what came of it. */
export type Tried = { readonly attempt: Attempt; readonly result: "reached" | "refused" };

/** Compares what was declared with what came of it. Pure. */
export function judge(tried: readonly Tried[]): Omit<Proof, "absent"> {
  const groups = Map.groupBy(tried, ({ attempt }) => `${attempt.service}\0${nameOf(attempt.goal)}`);
  const cells = [...groups.values()].flatMap((group): readonly Cell[] => {
    const [first] = group;
    if (first === undefined) return [];
    const ports = (of: readonly Tried[]): readonly number[] =>
      [...new Set(of.map(({ attempt }) => attempt.port))].sort((a, b) => a - b);
    return [
      {
        from: first.attempt.service,
        to: nameOf(first.attempt.goal),
        declared: ports(group.filter(({ attempt }) => attempt.declared)),
        reached: ports(group.filter(({ result }) => result === "reached")),
        refused: ports(group.filter(({ result }) => result === "refused")),
      },
    ];
  });
  const rank = ({ to }: Cell): number => ["machine", "lan", "internet"].indexOf(to);
  cells.sort((a, b) => compare(a.from, b.from) || rank(a) - rank(b) || compare(a.to, b.to));
  const isOpen = ({ result }: Tried): boolean => result === "reached";
  const isOutside = ({ attempt: { goal } }: Tried): boolean => goal.to === "lan" || goal.to === "internet";
  const wrong = tried.filter((one) => one.attempt.declared !== isOpen(one));
  return {
    cells,
    attempts: tried.length,
    differences: wrong.filter((one) => isOpen(one) || !isOutside(one)),
    unanswered: wrong.filter((one) => !isOpen(one) && isOutside(one)).map(({ attempt }) => attempt),
  };
}

function targetOf({ address, port }: Attempt): { readonly address: string; readonly port: number } {
  return { address, port };
}

/** Results belong to attempts by address and port; one that is missing was not tried, and is a fault of ours. */
function match(tried: readonly Attempt[], results: readonly ProbeResult[]): readonly Tried[] {
  const found = new Map(results.map(({ address, port, result }) => [`${address} ${port}`, result]));
  return tried.map((attempt) => {
    const result = found.get(`${attempt.address} ${attempt.port}`);
    if (result === undefined) throw new Error(`no result for ${attempt.address}:${attempt.port} from ${attempt.from}`);
    return { attempt, result };
  });
}

function nameOf(goal: Goal): string {
  return goal.to === "service" ? goal.service : goal.to;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
