import { isAlive, type ProcessMark, startTime } from "../../lib/proc.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { PodmanClient } from "./client.ts";
import { listContainers } from "./container-list.ts";

/** Knows whether containers run, and asks Podman only about those whose process it has not seen before. */
export type RunningContainers = { runs(site: string, container: Container): Promise<boolean> };

/** Remembers the process of each container that was asked about. */
export function runningContainers(client: PodmanClient): RunningContainers {
  const seen = new Map<string, ProcessMark>();
  return {
    runs: async (site, container) => {
      const key = `${site} ${container.id}`;
      const known = seen.get(key);
      if (known !== undefined && (await isAlive(known))) return true;
      seen.delete(key);
      const [found] = await listContainers(client, site, container.id);
      if (found?.run.state !== "running") return false;
      const started = await startTime(found.run.pid);
      if (started === undefined) return false;
      seen.set(key, { pid: found.run.pid, startTime: started });
      return true;
    },
  };
}
