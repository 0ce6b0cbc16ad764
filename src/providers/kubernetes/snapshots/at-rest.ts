import { fail } from "../../../lib/problem.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { mayRun, podState } from "../pod.ts";
import type { Session } from "../session.ts";
import { labels } from "../translate/marks.ts";
import { stateKind } from "./state-pod.ts";

/** No pod may have one of these claims, also none that is only about to start or on its way out. Problem: `STATE_IN_USE`. */
export async function refuseInUse(
  { client, site }: Session,
  service: string,
  claims: readonly string[],
): Promise<void> {
  for await (const pod of client.list(objectKinds.pod, { namespace: namespaceOf(site, service) })) {
    if (pod.metadata.labels?.[labels.kind] === stateKind) continue;
    const state = podState(pod);
    if (mayRun(state) && state.claims.some((claim) => claims.includes(claim)))
      fail("STATE_IN_USE", `expected nothing to use the state of ${service}, got the pod ${state.name} running`, {
        kind: "waiting",
      });
  }
}
