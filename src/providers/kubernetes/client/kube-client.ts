import type { Clock } from "../../../lib/clock.ts";
import type { Access } from "./access.ts";
import { apiOver } from "./api.ts";
import type { KubeClient } from "./client.ts";
import { askVersion, discovery } from "./discovery.ts";
import { execIn } from "./exec.ts";
import { forwardTo } from "./forward.ts";
import { listObjects } from "./list.ts";
import { logLines } from "./logs.ts";
import { readPath } from "./read-path.ts";
import { mayWe } from "./review.ts";
import { transportTo } from "./transport.ts";
import { watchObjects } from "./watch.ts";
import { applyObject, createObject, getObject, patchObject, removeObject } from "./write.ts";

/** A client for the cluster that an access leads to. Nothing is asked before something is wanted. */
export function kubeClient(access: Access, clock: Clock): KubeClient {
  const transport = transportTo(access);
  const api = apiOver(access, transport, clock);
  const { discover, kindOf } = discovery(api);
  return {
    get: (kind, namespace, name, signal) => getObject(api, { kind, namespace, name }, signal),
    list: (kind, options) => listObjects(api, kind, options),
    apply: async (object, options) => applyObject(api, await kindOf(object), object, options),
    create: async (object, options = {}) => createObject(api, await kindOf(object), object, options),
    patch: (kind, namespace, name, body, type, options = {}) =>
      patchObject(api, { kind, namespace, name }, body, type, options),
    remove: (kind, namespace, name, options) => removeObject(api, { kind, namespace, name }, options),
    watch: (kind, options) => watchObjects(api, kind, options),
    logs: (namespace, pod, container, options) => logLines(api, namespace, pod, container, options),
    exec: (namespace, pod, container, argv, options) => execIn(api, { namespace, pod, container, argv }, options),
    forward: (namespace, pod, port, signal) => forwardTo(api, { namespace, pod, port }, signal),
    discover,
    kindOf,
    version: () => askVersion(api),
    review: (verb, kind, namespace, subresource) => mayWe(api, { verb, kind, namespace, subresource }),
    read: (path, signal) => readPath(api, path, signal),
    context: access.context,
    namespace: access.namespace,
    requests: transport.requests,
    close: async () => transport.connections.close(),
  };
}
