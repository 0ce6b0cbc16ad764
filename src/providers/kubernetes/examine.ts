import { problemOf } from "../../lib/problem.ts";
import { warning, wrong } from "../finding.ts";
import type { Finding } from "../provider.ts";
import { examineClock } from "./examine/clock.ts";
import { examineDoor } from "./examine/door.ts";
import type { ExaminedCluster } from "./examine/examined.ts";
import { examineLostNodes } from "./examine/lost-nodes.ts";
import { examineNames } from "./examine/names.ts";
import { examineNodes } from "./examine/nodes.ts";
import { examinePermissions } from "./examine/permissions.ts";
import { examinePodSecurity } from "./examine/pod-security.ts";
import { examinePolicies } from "./examine/policies.ts";
import { examineRegistry } from "./examine/registry.ts";
import { examineStorage } from "./examine/storage.ts";
import { examineVersion } from "./examine/version.ts";

export type { ExaminedCluster } from "./examine/examined.ts";

/** Every check but the first, in the order in which it is told. */
const checks: Readonly<Record<string, (examined: ExaminedCluster) => Promise<readonly Finding[]>>> = {
  permissions: examinePermissions,
  nodes: examineNodes,
  "lost-nodes": examineLostNodes,
  storage: examineStorage,
  door: examineDoor,
  dns: examineNames,
  policies: examinePolicies,
  "pod-security": examinePodSecurity,
  registry: examineRegistry,
  clock: examineClock,
};

/**
 * Looks at what a cluster has and lacks for a site. Changes nothing and never throws: a check that could not be made is itself a finding. Of a
 * cluster that does not answer nothing else is asked.
 */
export async function examineCluster(examined: ExaminedCluster): Promise<readonly Finding[]> {
  const first = await examineVersion(examined).catch(unanswered);
  if (first.some(({ state }) => state === "wrong")) return first;
  const rest = await Promise.all(
    Object.entries(checks).map(([name, check]) => check(examined).catch((thrown: unknown) => [unseen(name, thrown)])),
  );
  return [...first, ...rest.flat()];
}

/** A cluster that does not answer, or does not know us, and what to do about it. */
export function unanswered(thrown: unknown): readonly Finding[] {
  const { message, hint = "kubectl version tells more" } = problemOf(thrown);
  return [wrong("cluster", message, "one that answers", hint)];
}

function unseen(name: string, thrown: unknown): Finding {
  const { message, hint = "ask who runs the cluster" } = problemOf(thrown);
  return warning(name, `could not be looked at: ${message}`, "to look at it", hint);
}
