import { fail } from "../../lib/problem.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { sameThing } from "../../resource/same.ts";
import type { ApplyContext, ApplyStep } from "../provider.ts";
import { bindsOf, makeRunDirectory, volumesOf } from "./binds.ts";
import { type Answer, refused } from "./client.ts";
import { bereft, type FoundContainer, listContainers } from "./container-list.ts";
import { removeContainer, removeLeftover, stopContainer } from "./container-removal.ts";
import { giveLive } from "./give.ts";
import { type ImageFacts, needImage } from "./image-facts.ts";
import { forgetRun } from "./loaded.ts";
import { containerName } from "./names.ts";
import { findNetwork } from "./network.ts";
import { reload } from "./reload.ts";
import { forgetBundle, forgetLog, makeLogPlace } from "./secret-bundle.ts";
import { forgetVariables, makeVariables, variableSecrets } from "./secret-variables.ts";
import type { Session } from "./session.ts";
import { startContainer } from "./start.ts";
import { cutOff, forgetStarts } from "./starting.ts";
import { containerBody } from "./translate.ts";
import { ownerOf } from "./user.ts";
import { giveVolume } from "./volume.ts";

/**
 * Makes a container be as the step says: one that is there and described the same is started, restarted or reloaded; any other,
 * and one whose start was cut off, is taken away and made anew. Problems: those of {@link startContainer} and of reload, `IMAGE_MISSING`, `NETWORK_MISSING`,
 * `VOLUME_MISSING`, `FILE_MISSING`, `USER_UNKNOWN`.
 */
export async function applyContainer(
  session: Session,
  step: ApplyStep,
  container: Container,
  { report, signal }: ApplyContext,
): Promise<void> {
  const [found] = await listContainers(session.client, session.site, container.id);
  const isCutOff = (await cutOff(session.layout)).has(container.service);
  const isBereft = step.action === "update" && step.was.amiss === bereft;
  const isWhole = found !== undefined && !found.isHalfMade && !isCutOff && !isBereft;
  const fits = isWhole && sameThing(found.container, container);
  if (fits && step.action !== "replace") return bringUp(session, step, found, container);
  const image = await needImage(session.client, container.image);
  if (found !== undefined) {
    report("stopping");
    await removeContainer(session, found.run.containerId);
    await forgetSecrets(session, found);
  }
  if (isCutOff && container.network.mode === "machine") await forgetStarts(session.layout, container.service);
  report("starting");
  const name = await createContainer(session, container, image, signal);
  const owner = await ownerOf(session, container, name, container.user ?? image.user);
  for (const volume of await volumesOf(session.layout, container)) await giveVolume(session.layout, volume, owner);
  await giveLive(session.layout, container, owner.uid);
  await startContainer(session, container, name);
}

/** Stops a container and takes it away with what was remembered of it. */
export async function dropContainer(session: Session, container: Container): Promise<void> {
  const [found] = await listContainers(session.client, session.site, container.id);
  if (found !== undefined) {
    await removeContainer(session, found.run.containerId);
    await forgetSecrets(session, found);
  }
  await forgetRun(session.layout, container);
}

async function forgetSecrets(session: Session, { container, run }: FoundContainer): Promise<void> {
  if (container.secrets === undefined) return;
  await forgetVariables(session, container);
  await forgetBundle(session.layout, run.containerId);
  await forgetLog(session.layout, session.site, container);
}

async function bringUp(session: Session, step: ApplyStep, found: FoundContainer, container: Container): Promise<void> {
  if (found.run.state === "stopped") return startContainer(session, container, found.name);
  if (step.action !== "update") return;
  if (step.was.amiss === "unhealthy") {
    await stopContainer(session, found.name);
    return startContainer(session, container, found.name);
  }
  if (container.reload !== undefined) await reload(session.layout, container, container.reload);
}

async function createContainer(
  session: Session,
  container: Container,
  image: ImageFacts,
  signal: AbortSignal,
): Promise<string> {
  const { client, site, layout } = session;
  const name = containerName(site, container);
  const { binds, versions } = await bindsOf(layout, container);
  const network = container.network.mode === "service" ? await findNetwork(session, container.service) : undefined;
  if (container.network.mode === "service" && network === undefined)
    fail("NETWORK_MISSING", `expected the network of ${container.service}, got none`, { kind: "transient" });
  if (container.reload !== undefined) await makeRunDirectory(layout, container);
  await makeVariables(session, container);
  const variables = variableSecrets(session, container);
  const log = await makeLogPlace(layout, site, container);
  const { hasUserNamespaces } = await session.call();
  const facts = {
    site,
    image: image.bears,
    binds,
    variables,
    ...(log === undefined ? {} : { log }),
    versions,
    resolves: network?.resolves ?? true,
    hasUserNamespaces,
  };
  const call = { body: containerBody(container, facts), signal };
  const answer = await client.ask("POST", "/containers/create", call);
  if (answer.status < 400) return name;
  if (!/already in use/i.test(answer.words)) notCreated(container, answer);
  await removeLeftover(session, name);
  const again = await client.ask("POST", "/containers/create", call);
  return again.status < 400 ? name : notCreated(container, again);
}

function notCreated(container: Container, answer: Answer): never {
  if (/unable to find user|no matching entries in passwd|invalid.*capability/i.test(answer.words))
    fail("CONTAINER_START", `${container.part} cannot be run: ${answer.words}`, {
      got: answer.words,
      hint: `look at image and user in the file of ${container.service}`,
    });
  return refused(`to make ${container.part} of ${container.service}`, answer);
}
