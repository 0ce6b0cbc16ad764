import { fail } from "../../lib/problem.ts";
import type { ResourceId } from "../../resource/base.ts";
import type { ApplyContext, FailedContainer, LogLine, LogQuery } from "../provider.ts";
import { refused } from "./client.ts";
import { dropContainer } from "./container.ts";
import { type FoundContainer, type KeptContainer, listContainers, listKept } from "./container-list.ts";
import { removeContainer, stopContainer } from "./container-removal.ts";
import { forgetKeptLog, keepLog, keptLog } from "./kept-log.ts";
import { keptName, networkName } from "./names.ts";
import { forgetBundle, forgetLog } from "./secret-bundle.ts";
import { forgetVariables } from "./secret-variables.ts";
import type { Session } from "./session.ts";

/** Stops the container of an id, if there is one that runs. */
export async function stopById(session: Session, id: ResourceId, { report, signal }: ApplyContext): Promise<void> {
  signal.throwIfAborted();
  const [found] = await listContainers(session.client, session.site, id);
  if (found?.run.state !== "running") return;
  report("stopping");
  await stopContainer(session, found.run.containerId);
}

/**
 * Stops the container of an id, keeps its log and gives it another name, which puts it aside; then takes it off its network. In
 * this order: one that has its name may be started again.
 */
export async function keepFailed(session: Session, id: ResourceId, as: string, context: ApplyContext): Promise<void> {
  await stopById(session, id, context);
  const [found] = await listContainers(session.client, session.site, id);
  if (found === undefined) return;
  if (found.isHalfMade) return dropContainer(session, found.container); // it never ran
  for (const earlier of await listKept(session.client, session.site, id)) await removeKept(session, earlier);
  await keepLog(session, found);
  const { containerId } = found.run;
  const query = { name: keptName(found.name, as) };
  const answer = await session.client.ask("POST", `/containers/${containerId}/rename`, { query });
  if (answer.status >= 400) refused(`to put ${id} aside`, answer);
  await disconnect(session, found);
  await forgetLog(session.layout, session.site, found.container);
}

/** What is put aside, by id. */
export async function failedContainers({ client, site }: Session): Promise<readonly FailedContainer[]> {
  const kept = (await listKept(client, site)).map(({ container, as, run }) => ({
    id: container.id,
    service: container.service,
    container,
    name: as,
    containerId: run.containerId,
    exitCode: run.exitCode,
  }));
  return kept.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The log of what is put aside for an id. Problem: `CONTAINER_UNKNOWN`. */
export async function* failedLogs(session: Session, id: ResourceId, query: LogQuery): AsyncGenerator<LogLine> {
  const [kept] = await listKept(session.client, session.site, id);
  if (kept === undefined) return fail("CONTAINER_UNKNOWN", `expected a failed container of ${id}, got none`);
  yield* await keptLog(session.layout, kept.run.containerId, query);
}

/** Removes what is put aside of one service, or of all. */
export async function removeFailed(session: Session, service: string | undefined): Promise<void> {
  for (const kept of await listKept(session.client, session.site)) {
    if (service === undefined || kept.container.service === service) await removeKept(session, kept);
  }
}

/** Its successor may have the same secrets under the same names: then they stay. */
async function removeKept(session: Session, { container, run }: KeptContainer): Promise<void> {
  await removeContainer(session, run.containerId);
  await forgetKeptLog(session.layout, run.containerId);
  await forgetBundle(session.layout, run.containerId);
  const successors = await listContainers(session.client, session.site, container.id);
  if (successors.length === 0) await forgetVariables(session, container);
}

/** Whoever is in a network, were he stopped, goes with it when it is replaced. */
async function disconnect({ client, site }: Session, { container, run }: FoundContainer): Promise<void> {
  if (container.network.mode !== "service") return;
  const name = networkName(site, container.service);
  const body = { container: run.containerId, force: true };
  const answer = await client.ask("POST", `/networks/${name}/disconnect`, { body });
  if (answer.status >= 400 && answer.status !== 404 && !/not connected/i.test(answer.words))
    refused(`to take ${container.id} off its network`, answer);
}
