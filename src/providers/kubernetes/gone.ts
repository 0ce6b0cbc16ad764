import { listAt, textAt } from "../../lib/json.ts";
import { fail } from "../../lib/problem.ts";
import type { KubeObject, ObjectKind } from "./client/object.ts";
import type { Session } from "./session.ts";

/**
 * Milliseconds between two looks, at first and at most, and after which nobody waits any longer: for what is only slow, and for what somebody
 * holds.
 */
const pause = { first: 50, most: 500 } as const;
const patience = { slow: 5 * 60_000, held: 45_000 } as const;

/** Names one object, and with `uid` only that very one. */
export type Named = {
  readonly kind: ObjectKind;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid?: string | undefined;
};

/**
 * Waits until an object that is being removed is gone, or another one has its name. Problem: `OBJECT_LINGERS` after five minutes, or
 * after 45 seconds for a namespace in which something waits for a finalizer, with what holds it.
 */
export async function waitUntilGone({ client, clock }: Session, named: Named, signal: AbortSignal): Promise<void> {
  const { kind, namespace, name, uid } = named;
  const began = clock.elapsed();
  for (let wait: number = pause.first; ; wait = Math.min(pause.most, wait * 2)) {
    const live = await client.get(kind, namespace, name, signal);
    if (live === undefined || (uid !== undefined && live.metadata.uid !== uid)) return;
    const held = holders(live);
    if (clock.elapsed() - began > (kind.kind === "Namespace" && held.length > 0 ? patience.held : patience.slow)) {
      fail("OBJECT_LINGERS", `expected ${kind.kind} ${name} to be gone by now, got it still there`, {
        kind: "waiting",
        ...(held.length === 0 ? {} : { detail: held }),
        hint: `kubectl describe ${kind.plural} ${name}${namespace === undefined ? "" : ` -n ${namespace}`} tells what it waits for`,
      });
    }
    await clock.sleep(wait, signal);
  }
}

/** What keeps an object from going, in the cluster's words. */
function holders(live: KubeObject): readonly string[] {
  const finalizers = (live.metadata.finalizers ?? []).map((name) => `it waits for ${name}`);
  const remaining = listAt(live, "status", "conditions").filter(
    (condition) =>
      textAt(condition, "type") === "NamespaceFinalizersRemaining" && textAt(condition, "status") === "True",
  );
  return [...finalizers, ...remaining.map((condition) => textAt(condition, "message"))];
}
