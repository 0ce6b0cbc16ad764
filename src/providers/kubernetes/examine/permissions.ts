import { fine, wrong } from "../../finding.ts";
import type { Finding } from "../../provider.ts";
import type { KubeClient } from "../client/client.ts";
import { type Need, needs } from "../rbac/needs.ts";
import type { ExaminedCluster } from "./examined.ts";

/** Asks the cluster whether it lets us do each thing that a site needs, side by side. */
export async function examinePermissions({ client }: ExaminedCluster): Promise<readonly Finding[]> {
  const asked = needs.flatMap((need) => need.verbs.map((verb) => ({ ...need, verb })));
  const answers = await Promise.all(asked.map(async (need) => ((await isAllowed(client, need)) ? [] : [need])));
  return [judgePermissions(answers.flat(), asked.length)];
}

function isAllowed(client: KubeClient, { verb, kind, subresource }: Need & { readonly verb: string }) {
  return client.review(verb, kind, undefined, subresource);
}

/** What follows from what is refused. Pure. */
export function judgePermissions(refused: readonly (Need & { readonly verb: string })[], asked: number): Finding {
  if (refused.length === 0) return fine("permissions", `all ${asked} that a site needs`);
  const byThing = Map.groupBy(refused, ({ kind, subresource }) => [kind.plural, subresource].filter(Boolean).join("/"));
  const words = [...byThing].map(([thing, all]) => `${all.map(({ verb }) => verb).join(", ")} ${thing}`);
  const shown = words.length > 4 ? [...words.slice(0, 4), `${words.length - 4} more`] : words;
  const fix =
    "who runs the cluster grants it: kubectl create clusterrolebinding freehold --clusterrole=cluster-admin --user=YOU";
  return wrong("permissions", `we may not ${shown.join("; ")}`, "all that a site needs", fix);
}
