import { connectionsTo } from "../../lib/proc-net.ts";
import { listContainers } from "./container-list.ts";
import { mayHaveElders } from "./elders.ts";
import type { Session } from "./session.ts";

/** Whether the machine has a connection to a container, or one of the front door's earlier processes may still make one. */
export async function inUse({ client, site, layout }: Session, id: string): Promise<boolean> {
  const [found] = await listContainers(client, site, id);
  if (found === undefined || found.run.state !== "running" || found.container.network.mode !== "service") return false;
  return (await connectionsTo(found.container.network.address)) > 0 || (await mayHaveElders(layout));
}
