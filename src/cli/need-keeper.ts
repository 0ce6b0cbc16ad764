import { clusterOf } from "../features/cluster.ts";
import { fail } from "../lib/problem.ts";
import type { Runtime } from "../providers/provider.ts";
import { namespaceOf } from "../resource/namespace.ts";
import type { Site } from "../site/site.ts";

/**
 * What changes a site is done where its ledger is: a site that has a controller in its cluster is changed by that alone, by `git push` or by
 * running freehold there. Problem: `CONTROLLER_KEEPS`.
 */
export async function needKeeper(runtime: Pick<Runtime, "isKeptElsewhere">, site: Site, what: string): Promise<void> {
  if ((await runtime.isKeptElsewhere?.(site.name)) !== true) return;
  const context = clusterOf(site)?.context ?? "";
  const there = `kubectl --context ${context} -n ${namespaceOf(site.name, "front")} exec -it deploy/controller -- freehold ${what}`;
  fail(
    "CONTROLLER_KEEPS",
    `expected ${site.name} to be changed by its controller in the cluster, got freehold ${what}`,
    {
      hint:
        what === "up"
          ? `git push ${site.name} main brings what is committed there`
          : `${there} --site-name ${site.name}`,
    },
  );
}
