import type { ApplyContext, ApplyStep, Runtime } from "../provider.ts";
import { applyResource } from "./apply.ts";
import { clusterChanges } from "./changes.ts";
import { checkContainer } from "./check.ts";
import { enforcedOn } from "./enforced.ts";
import { execInside } from "./exec.ts";
import { failedContainers, failedLogs, keepFailed, removeFailed } from "./failed.ts";
import { inUse } from "./in-use.ts";
import { listening } from "./listening.ts";
import { containerLogs } from "./logs.ts";
import { clusterLostNodes } from "./lost-nodes/lost-nodes.ts";
import { observeSite } from "./observe.ts";
import { probe } from "./probe.ts";
import { rehearse } from "./rehearse.ts";
import { removeResource } from "./remove.ts";
import type { Session, SessionParts } from "./session.ts";
import { clusterSnapshots } from "./snapshots/snapshots.ts";
import { stopContainer } from "./stop.ts";

/**
 * The runtime on a cluster of Kubernetes: ordinary objects by server-side apply, a namespace for each service. Provides all kinds, certificates,
 * too: their keys are Secrets of the cluster. `close` leaves the client to who made it. Problems of all its calls: those of `KubeClient`.
 */
export function kubernetesRuntime(parts: SessionParts): Runtime {
  const sessions = new Map<string, Session>();
  const of = (site: string): Session => {
    const made = sessions.get(site) ?? { ...parts, site };
    sessions.set(site, made);
    return made;
  };
  return {
    kinds: ["image", "network", "volume", "file", "certificate", "secret", "link", "container", "manifest"],
    observe: (site) => observeSite(of(site)),
    apply: (site, step: ApplyStep, context: ApplyContext) => applyResource(of(site), step, context),
    remove: (site, resource, context) => removeResource(of(site), resource, context),
    check: (site, container) => checkContainer(of(site), container),
    logs: (site, id, query) => containerLogs(of(site), id, query),
    exec: (site, id, command) => execInside(of(site), id, command),
    enforced: (site, id) => enforcedOn(of(site), id),
    probe: (site, id, targets) => probe(of(site), id, targets),
    listening: (site, id) => listening(of(site), id),
    inUse: (site, id) => inUse(of(site), id),
    stop: (site, id, context) => stopContainer(of(site), id, context),
    keepFailed: (site, id, name, context) => keepFailed(of(site), id, name, context),
    failed: (site) => failedContainers(of(site)),
    failedLogs: (site, id, query) => failedLogs(of(site), id, query),
    removeFailed: (site, service) => removeFailed(of(site), service),
    snapshots: clusterSnapshots(of),
    rehearse: (site, step, signal) => rehearse(of(site), step, signal),
    changes: (site, signal) => clusterChanges(of(site), signal),
    lostNodes: clusterLostNodes(of),
    close: async () => {},
  };
}
