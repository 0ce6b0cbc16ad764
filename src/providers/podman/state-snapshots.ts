import { fail } from "../../lib/problem.ts";
import { explainDisk } from "../disk.ts";
import { outdated, type Snapshots } from "../snapshots.ts";
import { listContainers } from "./container-list.ts";
import type { Session } from "./session.ts";
import { costOf } from "./state/cost.ts";
import { allSnapshots, countSnapshots, removeSnapshot, snapshotsOf } from "./state/kept.ts";
import { restoreState } from "./state/restore.ts";
import { takeState } from "./state/take.ts";

/** Snapshots of the state of services on this machine's disk. */
export function stateSnapshots(of: (site: string) => Session): Snapshots {
  return {
    cost: (site, service) => costOf(of(site).layout, service),
    take: (site, service, name, { report, signal }) =>
      takeState({
        layout: of(site).layout,
        service,
        name,
        at: of(site).clock.now(),
        atRest: () => refuseInUse(of(site), service),
        report,
        signal,
      }).catch(explainDisk),
    restore: async (site, service, name, { report, signal }) => {
      await refuseInUse(of(site), service);
      await restoreState({ layout: of(site).layout, service, name, report, signal }).catch(explainDisk);
    },
    list: (site) => allSnapshots(of(site).layout),
    remove: (site, service, name) => removeSnapshot(of(site).layout, service, name),
    prune: async (site, service) => {
      const { layout, clock } = of(site);
      for (const { name } of outdated(await snapshotsOf(layout, service), clock.now()))
        await removeSnapshot(layout, service, name);
      await countSnapshots(layout, service);
    },
  };
}

/** A running container goes on with the directory that it was started with. Problem: `STATE_IN_USE`. */
async function refuseInUse({ client, site }: Session, service: string): Promise<void> {
  for (const { container, run } of await listContainers(client, site)) {
    const has = container.mounts.some(({ source }) => source.startsWith(`volume/${service}/`));
    if (has && run.state === "running")
      fail("STATE_IN_USE", `expected nothing to use the state of ${service}, got ${container.part} running`, {
        kind: "waiting",
      });
  }
}
