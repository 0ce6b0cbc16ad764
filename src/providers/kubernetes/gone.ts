import { fail } from "../../lib/problem.ts";
import type { ObjectKind } from "./client/object.ts";
import type { Session } from "./session.ts";

/** Milliseconds between two looks, at first and at most, and after which nobody waits any longer. */
const pause = { first: 50, most: 500 } as const;
const patience = 5 * 60_000;

/** Names one object, and with `uid` only that very one. */
export type Named = {
  readonly kind: ObjectKind;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid?: string | undefined;
};

/**
 * Waits until an object that is being removed is gone, or another one has its name. Problem: `OBJECT_LINGERS` after five minutes, with
 * what holds it.
 */
export async function waitUntilGone({ client, clock }: Session, named: Named, signal: AbortSignal): Promise<void> {
  const { kind, namespace, name, uid } = named;
  const last = clock.elapsed() + patience;
  for (let wait: number = pause.first; ; wait = Math.min(pause.most, wait * 2)) {
    const live = await client.get(kind, namespace, name, signal);
    if (live === undefined || (uid !== undefined && live.metadata.uid !== uid)) return;
    if (clock.elapsed() > last) {
      const held = (live.metadata.finalizers ?? []).join(", ");
      fail("OBJECT_LINGERS", `expected ${kind.kind} ${name} to be gone by now, got it still there`, {
        kind: "waiting",
        ...(held === "" ? {} : { detail: [`it waits for ${held}`] }),
        hint: `kubectl describe ${kind.plural} ${name}${namespace === undefined ? "" : ` -n ${namespace}`} tells what it waits for`,
      });
    }
    await clock.sleep(wait, signal);
  }
}
