import { listAt } from "../../../lib/json.ts";
import { fine, warning } from "../../finding.ts";
import type { Finding } from "../../provider.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { isControlled } from "../controller/install.ts";
import { clusterNames } from "../rbac/roles.ts";
import type { ExaminedCluster } from "./examined.ts";

const name = "lost-nodes";

/** Who looks after nodes, and whether they may say of one that it is lost. */
export type LostNodesFacts = {
  /** Milliseconds of silence, as site.yaml has it. */
  readonly after: number;
  /** The site has a controller in its cluster; else whoever runs `freehold run` looks after nodes. */
  readonly byController: boolean;
  readonly mayPatch: boolean;
};

/** Looks at whether silent nodes can be declared lost, where site.yaml asks for that. */
export async function examineLostNodes({ client, site }: ExaminedCluster): Promise<readonly Finding[]> {
  const { nodeLostAfter: after } = site;
  if (after === undefined) return [];
  const byController = await isControlled(client, site.name);
  if (!byController)
    return [judgeLostNodes({ after, byController, mayPatch: await client.review("patch", objectKinds.node) })];
  const role = await client.get(objectKinds.clusterRole, undefined, clusterNames(site.name).cluster);
  const mayPatch = listAt(role, "rules").some(
    (rule) => listAt(rule, "resources").includes("nodes") && listAt(rule, "verbs").includes("patch"),
  );
  return [judgeLostNodes({ after, byController, mayPatch })];
}

/** What follows from it. Pure. */
export function judgeLostNodes({ after, byController, mayPatch }: LostNodesFacts): Finding {
  const when = `a node that is silent for ${Math.round(after / 1000)} s is declared lost`;
  if (mayPatch)
    return fine(name, byController ? `${when} by the controller` : `${when} while freehold run looks after the site`);
  if (byController)
    return warning(
      name,
      "the controller may not patch nodes: it declares none lost",
      when,
      "freehold install gives it the right",
    );
  const fix = "freehold install, by an administrator of the cluster, puts a controller there that may";
  return warning(name, "we may not patch nodes, so nobody declares one lost", when, fix);
}
