import type { Clock } from "../../lib/clock.ts";
import type { KubeClient, KubeObject, ListOptions, ObjectKind, WatchEvent, WatchOptions } from "./client/client.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { closed, serviceBinding } from "./rbac/roles.ts";
import { labels } from "./translate/marks.ts";

/** The site whose controller this process is, in a pod that `freehold install` made; undefined elsewhere. */
export function controllerSite(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const site = env.FREEHOLD_CONTROLLER;
  return site === undefined || site === "" ? undefined : site;
}

/** Milliseconds between two looks at what may not be watched across namespaces. */
const rhythm = 60_000;

/**
 * A client for who may do everything in the namespaces of one site and little beyond: it lets itself into each namespace as soon as that is there,
 * and looks through them one by one where it may not list all at once. See rbac/roles.ts.
 */
export function withinSite(client: KubeClient, site: string, clock: Clock): KubeClient {
  const entered = new Set<string>();

  const enter = async ({ metadata }: KubeObject): Promise<void> => {
    const { name, uid = "" } = metadata;
    if (metadata.labels?.[labels.site] !== site || metadata.deletionTimestamp !== undefined || entered.has(uid)) return;
    await client.apply(serviceBinding(site, name, metadata.labels[labels.service] ?? ""), { force: true });
    await untilLetIn(client, name, clock);
    entered.add(uid);
  };
  const isClosed = (kind: ObjectKind, namespace: string | undefined): boolean =>
    namespace === undefined && closed.some((one) => one === kind);

  async function* list(kind: ObjectKind, options: ListOptions): AsyncGenerator<KubeObject> {
    const { namespace, signal } = options;
    if (!isClosed(kind, namespace)) {
      for await (const object of client.list(kind, options)) {
        if (kind === objectKinds.namespace) await enter(object);
        yield object;
      }
      return;
    }
    const own = { labels: `${labels.site}=${site}`, ...(signal && { signal }) };
    for await (const found of list(objectKinds.namespace, own)) {
      if (found.metadata.deletionTimestamp === undefined)
        yield* client.list(kind, { ...options, namespace: found.metadata.name });
    }
  }

  async function* watch(kind: ObjectKind, options: WatchOptions): AsyncGenerator<WatchEvent> {
    if (!isClosed(kind, options.namespace)) return yield* client.watch(kind, options);
    while (!options.signal.aborted) {
      yield { type: "RELIST" };
      await clock.sleep(rhythm, options.signal).catch((thrown: unknown) => {
        if (!options.signal.aborted) throw thrown;
      });
    }
  }

  return {
    ...client,
    get requests() {
      return client.requests;
    },
    list,
    watch,
    get: async (kind, namespace, name, signal) => {
      const found = await client.get(kind, namespace, name, signal);
      if (found !== undefined && kind === objectKinds.namespace) await enter(found);
      return found;
    },
    apply: async (object, options) => {
      const made = await client.apply(object, options);
      if (made.kind === "Namespace" && options.dryRun !== true) await enter(made);
      return made;
    },
  };
}

/** The API server's authorizer sees a new binding some moments after it was made. */
async function untilLetIn(client: KubeClient, namespace: string, clock: Clock): Promise<void> {
  const until = clock.elapsed() + 10_000;
  while (!(await client.review("create", objectKinds.secret, namespace)) && clock.elapsed() < until)
    await clock.sleep(50);
}
