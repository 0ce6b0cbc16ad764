import type { ProcessMark } from "../lib/proc.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Container } from "../resource/kinds/container.ts";
import type { Observation } from "../resource/observed.ts";

/** A container that ran when it was last observed. */
export type Watched = {
  readonly container: Container;
  readonly containerId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly process: ProcessMark;
};

/** When a process started, as the kernel counts; undefined when it is gone. */
export type StartTime = (pid: number) => Promise<number | undefined>;

/**
 * The containers of an observation whose processes run, with what tells these processes from later ones. From here on a look
 * at the kernel says whether they still do, without asking the runtime.
 */
export async function watch(observation: Observation, startTime: StartTime): Promise<ReadonlyMap<ResourceId, Watched>> {
  const watched = new Map<ResourceId, Watched>();
  for (const { resource, run } of observation.resources) {
    if (resource.kind !== "container" || run?.state !== "running") continue;
    const started = await startTime(run.pid);
    if (started === undefined) continue;
    const { containerId, startedAt, pid } = run;
    watched.set(resource.id, { container: resource, containerId, startedAt, process: { pid, startTime: started } });
  }
  return watched;
}

/** The watched containers whose processes have ended since. */
export async function deaths(watched: Iterable<Watched>, startTime: StartTime): Promise<readonly Watched[]> {
  const dead: Watched[] = [];
  for (const one of watched) {
    if ((await startTime(one.process.pid)) !== one.process.startTime) dead.push(one);
  }
  return dead;
}
