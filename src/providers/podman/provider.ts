import type { Clock } from "../../lib/clock.ts";
import { isErrno } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import type { Resource } from "../../resource/resource.ts";
import { openValuesApart } from "../../secrets/apart.ts";
import { identities } from "../../secrets/identities.ts";
import { openValues } from "../../secrets/open.ts";
import type { Roots } from "../layout.ts";
import type { ApplyContext, ApplyStep, Runtime } from "../provider.ts";
import { applyResource, removeResource } from "./apply.ts";
import { podmanChanges } from "./changes.ts";
import { checkContainer } from "./check.ts";
import { podmanClient } from "./client.ts";
import { needContainer } from "./container-list.ts";
import { enforcedOn } from "./enforced.ts";
import { execInside } from "./exec.ts";
import { failedContainers, failedLogs, keepFailed, removeFailed, stopById } from "./failed.ts";
import { createFirewall } from "./firewall.ts";
import { inUse } from "./in-use.ts";
import { containerLogs } from "./logs.ts";
import { observeSite } from "./observe.ts";
import { type PodmanCall, preparePodman } from "./prepare.ts";
import { listening, probe } from "./probe.ts";
import { runningContainers } from "./running.ts";
import { podmanService } from "./service.ts";
import { type Session, session } from "./session.ts";
import { stateSnapshots } from "./state-snapshots.ts";

/** Where the runtime keeps its things, and the time that it waits by. */
export type PodmanOptions = {
  readonly roots: Roots;
  readonly clock: Clock;
  /**
   * The environment in which sops would find a person's keys of age. Absent for who lives for months: secrets are then opened with the
   * machine's key alone, in processes of their own.
   */
  readonly personal?: Readonly<Record<string, string | undefined>>;
};

/**
 * The runtime on this machine: a Podman of freehold's own, its storage apart from any other, and one firewall table for each
 * site. Provides everything but certificates. Nothing is started before it is needed; `close` ends what was. Problems of all
 * its calls: `RUNTIME_MISSING`, `RUNTIME_TOO_OLD`, `RUNTIME_FAILED`, `RUNTIME_DIED`, `RUNTIME_REFUSED`, `DISK_FULL`.
 */
export function podmanRuntime({ roots, clock, personal }: PodmanOptions): Runtime {
  let prepared: Promise<PodmanCall> | undefined;
  const call = (): Promise<PodmanCall> => {
    prepared ??= preparePodman(roots).catch((thrown: unknown) => {
      prepared = undefined;
      throw thrown;
    });
    return prepared;
  };
  const service = podmanService(call, clock);
  const client = podmanClient(service);
  const running = runningContainers(client);
  const sessions = new Map<string, Session>();
  const of = (site: string): Session => {
    const made =
      sessions.get(site) ??
      session(
        {
          roots,
          client,
          call,
          clock,
          open: async (sealed) =>
            personal === undefined
              ? openValuesApart(sealed, roots.root)
              : openValues(sealed, await identities(personal, roots.root)),
          firewall: (name, { run }) => createFirewall({ site: name, run }),
        },
        site,
      );
    sessions.set(site, made);
    return made;
  };
  const pidOf = async (site: string, id: string): Promise<number> => {
    const { run, container } = await needContainer(client, site, id);
    if (run.state === "running") return run.pid;
    return fail("CONTAINER_STOPPED", `expected ${container.part} of ${container.service} to run, got it stopped`);
  };
  return {
    kinds: ["image", "network", "volume", "file", "secret", "link", "container"],
    observe: (site) => observeSite(of(site)),
    apply: (site, step: ApplyStep, context: ApplyContext) => applyResource(of(site), step, context).catch(explainDisk),
    remove: (site, resource: Resource, context: ApplyContext) => removeResource(of(site), resource, context),
    check: (site, container) => checkContainer(client, running, site, container),
    logs: (site, id, query) => containerLogs(of(site), id, query),
    exec: (site, id, command) => execInside(of(site), id, command),
    enforced: (site, id) => enforcedOn(of(site), id),
    probe: async (site, id, targets) => probe(await pidOf(site, id), targets),
    listening: async (site, id) => listening(await pidOf(site, id)),
    inUse: (site, id) => inUse(of(site), id),
    stop: (site, id, context) => stopById(of(site), id, context),
    keepFailed: (site, id, name, context) => keepFailed(of(site), id, name, context),
    failed: (site) => failedContainers(of(site)),
    failedLogs: (site, id, query) => failedLogs(of(site), id, query),
    removeFailed: (site, service) => removeFailed(of(site), service),
    snapshots: stateSnapshots(of),
    changes: (site, signal) => podmanChanges(of(site), signal),
    close: () => service.close(),
  };
}

function explainDisk(cause: unknown): never {
  if (!isErrno(cause, "ENOSPC", "EDQUOT")) throw cause;
  return fail("DISK_FULL", `the disk is full: ${cause.path ?? cause.message}`, {
    hint: "df -h tells which disk; then run the same command again",
    cause,
  });
}
