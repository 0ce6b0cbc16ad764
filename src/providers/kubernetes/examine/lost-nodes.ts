import { listAt } from "../../../lib/json.ts";
import { fine, warning } from "../../finding.ts";
import type { Finding } from "../../provider.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { isControlled } from "../controller/install.ts";
import { clusterNames } from "../rbac/roles.ts";
import type { ExaminedCluster } from "./examined.ts";

const name = "lost-nodes";

/** Whether anybody may say of a node that it is lost. */
export type LostNodesFacts = {
  /** Milliseconds of silence, as site.yaml has it. */
  readonly after: number;
  /** The site has a controller in its cluster, and that may patch nodes or not. */
  readonly controller: "may" | "may not" | "none";
};

/** Looks at whether silent nodes can be declared lost, where site.yaml asks for that. */
export async function examineLostNodes({ client, site }: ExaminedCluster): Promise<readonly Finding[]> {
  const { nodeLostAfter: after } = site;
  if (after === undefined) return [];
  if (!(await isControlled(client, site.name))) return [judgeLostNodes({ after, controller: "none" })];
  const role = await client.get(objectKinds.clusterRole, undefined, clusterNames(site.name).cluster);
  const mayPatch = listAt(role, "rules").some(
    (rule) => listAt(rule, "resources").includes("nodes") && listAt(rule, "verbs").includes("patch"),
  );
  return [judgeLostNodes({ after, controller: mayPatch ? "may" : "may not" })];
}

/** What follows from it. Pure. */
export function judgeLostNodes({ after, controller }: LostNodesFacts): Finding {
  const seconds = Math.round(after / 1000);
  const wanted = `a controller that declares nodes lost after ${seconds} s of silence`;
  if (controller === "none")
    return warning(
      name,
      "no controller looks after nodes",
      wanted,
      "freehold install, by an administrator of the cluster",
    );
  if (controller === "may not")
    return warning(
      name,
      "the controller may not patch nodes, so it declares none lost",
      wanted,
      "freehold install again, by an administrator of the cluster",
    );
  return fine(name, `the controller declares a node lost after ${seconds} s of silence`);
}
