import { textAt } from "../../lib/json.ts";
import type { KubeClient } from "./client/client.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { timeAt } from "./pod.ts";

/** What an event can be about. */
export type Involved = {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
};

/** The words of the last event about an object that has one of these reasons; undefined when there is none (the cluster forgets them in an hour). */
export async function lastEvent(
  client: KubeClient,
  { kind, name, namespace, uid }: Involved,
  reasons: readonly string[],
): Promise<string | undefined> {
  let last: { readonly at: number; readonly words: string } | undefined;
  for await (const event of client.list(objectKinds.event, { namespace })) {
    if (textAt(event, "involvedObject", "kind") !== kind || textAt(event, "involvedObject", "name") !== name) continue;
    if (uid !== "" && textAt(event, "involvedObject", "uid") !== uid) continue;
    if (!reasons.includes(textAt(event, "reason"))) continue;
    const when = timeAt(event, "lastTimestamp") ?? timeAt(event, "eventTime") ?? 0;
    if (last === undefined || when >= last.at) last = { at: when, words: textAt(event, "message") };
  }
  return last?.words;
}
