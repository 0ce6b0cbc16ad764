import { at, listAt, textAt } from "../../lib/json.ts";
import type { ProblemError } from "../../lib/problem.ts";
import type { Resource } from "../../resource/resource.ts";
import type { KubeObject } from "./client/object.ts";
import { isProblem, refuseForeign } from "./foreign.ts";
import { waitUntilGone } from "./gone.ts";
import { has } from "./has.ts";
import { ensureNamespace, ownNamespace, rememberOwn } from "./namespace.ts";
import type { Session } from "./session.ts";
import { managerOf } from "./translate/manager-of.ts";

/** How an object is put: for which resource, whether other resources describe it, too, and whether a look at the site found none of its name. */
export type Putting = {
  readonly resource: Resource;
  readonly shared?: boolean;
  readonly unseen?: boolean;
  readonly signal: AbortSignal;
};

/**
 * Makes an object be as described, and leaves it alone where it is so already. One that is on its way out is waited for first.
 * Problems: `OBJECT_FOREIGN` when somebody else has one of that name; `OBJECT_CONFLICT` when a tool that describes objects, too, has set
 * fields of ours. What was only edited is put right.
 */
export async function put(session: Session, object: KubeObject, putting: Putting): Promise<KubeObject> {
  const made = putting.unseen === true && putting.shared !== true ? await make(session, object, putting) : undefined;
  return made ?? putSeen(session, object, putting);
}

/** Makes an object without a look before; undefined where that has to be looked at: something has its name, or its namespace went. */
async function make(
  session: Session,
  object: KubeObject,
  { resource, signal }: Putting,
): Promise<KubeObject | undefined> {
  const { namespace, name } = object.metadata;
  if (namespace !== undefined) await ownNamespace(session, resource.service, namespace, signal);
  try {
    const manager = managerOf(resource, {});
    const made = await session.client.apply(object, { force: false, manager, onlyNew: true, signal });
    if (object.kind === "Namespace") rememberOwn(session, name);
    return made;
  } catch (thrown) {
    if (!isProblem(thrown, "OBJECT_EXISTS", "OBJECT_MISSING", "NAMESPACE_ENDING")) throw thrown;
    return undefined;
  }
}

async function putSeen(session: Session, object: KubeObject, putting: Putting): Promise<KubeObject> {
  const { client } = session;
  const { signal } = putting;
  const kind = await client.kindOf(object);
  const { name, namespace } = object.metadata;
  const live = await client.get(kind, namespace, name, signal);
  if (live?.metadata.deletionTimestamp !== undefined) await waitUntilGone(session, { kind, namespace, name }, signal);
  else if (live !== undefined) {
    refuseForeign(session, live);
    if (isOtherwiseFound(live, object)) {
      await makeWay(session, live, signal);
      return apply(session, object, undefined, putting);
    }
    if (putting.shared !== true && has(live, object)) return live;
  }
  if (live === undefined && namespace !== undefined)
    await ownNamespace(session, putting.resource.service, namespace, signal);
  try {
    return await apply(session, object, live, putting);
  } catch (thrown) {
    if (!isProblem(thrown, "OBJECT_MISSING", "NAMESPACE_ENDING") || namespace === undefined) throw thrown;
    await ensureNamespace(session, putting.resource.service, namespace, signal);
    return apply(session, object, undefined, putting);
  }
}

async function apply(
  { client }: Session,
  object: KubeObject,
  live: KubeObject | undefined,
  { resource, shared, signal }: Putting,
): Promise<KubeObject> {
  const manager = managerOf(resource, shared === true ? { shared } : {});
  try {
    return await client.apply(object, { force: false, manager, signal });
  } catch (thrown) {
    if (live === undefined || !isProblem(thrown, "OBJECT_CONFLICT") || isDescribedByOthers(live, thrown)) throw thrown;
    return client.apply(object, { force: true, manager, signal });
  }
}

/**
 * Whether a Service has an address and should have none (a part that gets a sibling), or the other way about: the cluster never changes
 * that. The one is refused, the other ignored.
 */
function isOtherwiseFound(live: KubeObject, wanted: KubeObject): boolean {
  if (wanted.kind !== "Service" || [live, wanted].some((one) => at(one, "spec", "type") === "ExternalName"))
    return false;
  const [isBare, shouldBeBare] = [live, wanted].map((one) => at(one, "spec", "clusterIP") === "None");
  return isBare !== shouldBeBare;
}

async function makeWay(session: Session, live: KubeObject, signal: AbortSignal): Promise<void> {
  const kind = await session.client.kindOf(live);
  const { name, namespace, uid } = live.metadata;
  const same = uid === undefined ? {} : { uid };
  await session.client.remove(kind, namespace, name, { ...same, propagation: "Background", signal });
  await waitUntilGone(session, { kind, namespace, name, ...same }, signal);
}

/** Whether one of those that a conflict names describes objects as we do, and is not us: he would only set them again. */
function isDescribedByOthers(live: KubeObject, { problem }: ProblemError): boolean {
  const named = new Set((problem.detail ?? []).map((line) => / is managed by (.*)$/.exec(line)?.[1] ?? ""));
  return listAt(live, "metadata", "managedFields").some((entry) => {
    const manager = textAt(entry, "manager");
    return textAt(entry, "operation") === "Apply" && named.has(manager) && !isOurs(manager);
  });
}

/** Whether a field manager is one of {@link managerOf}. */
export function isOurs(manager: string): boolean {
  return manager === "freehold" || /^freehold-[0-9a-f]{16}$/.test(manager);
}
