import type { Clock } from "../lib/clock.ts";
import { problemOf } from "../lib/problem.ts";
import type { Enforced, Runtime } from "../providers/provider.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Observation } from "../resource/observed.ts";

/** What a service takes of the machine: bytes, and how many processors it kept busy while we looked. */
export type Use = { readonly memory: number; readonly cpu: number };

/** Milliseconds that we look at the least. */
const sample = 300;

/** What is asked. */
export type UseOptions = {
  readonly runtime: Pick<Runtime, "enforced">;
  readonly site: string;
  readonly observation: Observation;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

/** What each running service uses, by the kernel's books, over a third of a second. One that ends meanwhile uses nothing. */
export async function useOf(options: UseOptions): Promise<ReadonlyMap<string, Use>> {
  const { observation, clock, signal } = options;
  const running = observation.resources.flatMap(({ resource, run }) =>
    resource.kind === "container" && run?.state === "running" ? [resource] : [],
  );
  const before = await Promise.all(running.map(({ id }) => look(options, id)));
  await clock.sleep(sample, signal);
  const used = new Map<string, Use>();
  for (const [index, { id, service }] of running.entries()) {
    const one = between(before[index], await look(options, id));
    const all = used.get(service) ?? { memory: 0, cpu: 0 };
    used.set(service, { memory: all.memory + one.memory, cpu: all.cpu + one.cpu });
  }
  return used;
}

type Look = { readonly at: number; readonly enforced: Enforced };

async function look({ runtime, site, clock }: UseOptions, id: ResourceId): Promise<Look | undefined> {
  try {
    const enforced = await runtime.enforced(site, id);
    return { at: clock.elapsed(), enforced };
  } catch (thrown) {
    if (problemOf(thrown).kind === "bug") throw thrown;
    return undefined;
  }
}

/** One that was started anew meanwhile has less time behind it than before. */
function between(first: Look | undefined, second: Look | undefined): Use {
  if (second === undefined) return { memory: 0, cpu: 0 };
  const memory = second.enforced.memoryUsed;
  if (first === undefined || second.at <= first.at) return { memory, cpu: 0 };
  const spent = second.enforced.processorTime - first.enforced.processorTime;
  return { memory, cpu: Math.max(0, spent) / (second.at - first.at) };
}
