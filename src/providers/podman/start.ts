import { chown } from "node:fs/promises";
import { fail } from "../../lib/problem.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { makeRunDirectory, makeStartDirectory } from "./binds.ts";
import { type Answer, refused } from "./client.ts";
import { needContainer } from "./container-list.ts";
import { giveSecrets } from "./given-secrets.ts";
import { findImage } from "./image-facts.ts";
import { liveContent, markLoaded } from "./loaded.ts";
import { lastLines } from "./logs.ts";
import { failPortTaken, saysPortTaken } from "./port-taken.ts";
import { withBundleInMemory } from "./secret-bundle.ts";
import type { Session } from "./session.ts";
import { whileStarting } from "./starting.ts";
import { removeStrayNetworks } from "./stray-network.ts";
import { ownerOf } from "./user.ts";

/**
 * Starts a container that exists; one that runs already is left alone. Problems: `CONTAINER_START` with the runtime's words,
 * those of {@link giveSecrets}, `ADDRESS_TAKEN`, `PORT_TAKEN` and `CONTAINER_ENDED` (on the machine's own network, where somebody else may have the port).
 */
export async function startContainer(session: Session, container: Container, name: string): Promise<void> {
  const { client, layout } = session;
  await giveRunDirectory(session, container, name);
  await makeStartDirectory(layout, container);
  await giveSecrets(session, container, name);
  const live = await liveContent(layout, container);
  if (container.network.mode === "service") await removeStrayNetworks(container.network.address);
  const ask = () => client.ask("POST", `/containers/${name}/start`);
  const start = () => withBundleInMemory(session, container, name, ask);
  const answer = await whileStarting(layout, container, start);
  if (answer.status >= 400) notStarted(container, answer);
  if (container.network.mode === "machine") await staysUp(session, container);
  if (container.reload !== undefined) await markLoaded(layout, container, live);
}

/** Made at each start, since a reboot forgets it. */
async function giveRunDirectory(session: Session, container: Container, name: string): Promise<void> {
  if (container.reload === undefined) return;
  const user = container.user ?? (await findImage(session.client, container.image))?.user ?? "";
  const owner = await ownerOf(session, container, name, user);
  await chown(await makeRunDirectory(session.layout, container), owner.uid, owner.gid);
}

function notStarted(container: Container, answer: Answer): never {
  const words = answer.words.replace(/^.*?(runc create failed|crun): ?/, "").replace(/: OCI runtime .*$/, "");
  if (/address .*already (allocated|in use)|IPAM error/i.test(answer.words))
    fail("ADDRESS_TAKEN", `expected the address of ${container.service} to be free, got "${words}"`, {
      kind: "transient",
      hint: "freehold up again once the old container has ended",
    });
  if (/executable file not found|no such file or directory|exec format error|permission denied/i.test(words))
    fail("CONTAINER_START", `${container.part} cannot be run: ${words}`, {
      got: words,
      hint: `look at image, command and user in the file of ${container.service}`,
    });
  if (answer.status === 404 || answer.status === 409) refused(`to start ${container.part}`, answer);
  fail("CONTAINER_START", `${container.part} did not start: ${words}`, { kind: "transient", got: words });
}

/** A program that cannot have its port ends at once; in a network of its own that cannot be somebody else's doing. */
async function staysUp(session: Session, container: Container): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    await session.clock.sleep(60);
    const { run } = await needContainer(session.client, session.site, container.id);
    if (run.state === "running") continue;
    const lines = await lastLines(session, container.id, 10);
    if (lines.some(saysPortTaken)) await failPortTaken(lines);
    fail("CONTAINER_ENDED", `${container.part} ended at once with ${run.exitCode}`, { detail: lines });
  }
}
