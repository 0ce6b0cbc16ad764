import type { Clock } from "../lib/clock.ts";
import { problemOf } from "../lib/problem.ts";
import type { ApplyContext, Runtime } from "./provider.ts";

/** How often something is tried in all, and the first pause in milliseconds; each further one is twice as long. */
const tries = 5;
const firstPause = 250;

/**
 * A runtime that tries again what failed by a `transient` problem: a few times, with growing pauses. What fails for another
 * reason fails at once. After the last try its problem is thrown.
 */
export function retrying(runtime: Runtime, clock: Clock): Runtime {
  const told = <T>({ report, signal }: ApplyContext, work: () => Promise<T>): Promise<T> =>
    persist(clock, work, signal, () => report("trying again"));
  return {
    ...runtime,
    observe: (site) => persist(clock, () => runtime.observe(site)),
    apply: (site, step, context) => told(context, () => runtime.apply(site, step, context)),
    remove: (site, resource, context) => told(context, () => runtime.remove(site, resource, context)),
    check: (site, container) => persist(clock, () => runtime.check(site, container)),
    stop: (site, id, context) => told(context, () => runtime.stop(site, id, context)),
    keepFailed: (site, id, name, context) => told(context, () => runtime.keepFailed(site, id, name, context)),
    ...(runtime.entrances && {
      entrances: (site) => persist(clock, async () => (await runtime.entrances?.(site)) ?? []),
    }),
    removeFailed: (site, service) => persist(clock, () => runtime.removeFailed(site, service)),
  };
}

async function persist<T>(
  clock: Clock,
  work: () => Promise<T>,
  signal?: AbortSignal,
  onRetry: () => void = () => {},
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (thrown) {
      if (tried >= tries || problemOf(thrown).kind !== "transient" || signal?.aborted === true) throw thrown;
      await clock.sleep(firstPause * 2 ** (tried - 1), signal);
      onRetry();
    }
  }
}
