import type { Container } from "../../resource/kinds/container.ts";
import type { Network } from "../../resource/kinds/network.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import { parseResource } from "../../resource/parse.ts";
import type { ApplyContext, ApplyStep } from "../provider.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { knownFacts } from "./image.ts";
import { isEmpty, isNetwork, removeNamespace } from "./namespace.ts";
import { put } from "./put.ts";
import { putAll } from "./put-all.ts";
import type { ImageFacts, Session } from "./session.ts";
import { annotations, labels } from "./translate/marks.ts";
import { namesOf } from "./translate/names-of.ts";
import { objectsOf } from "./translate/objects-of.ts";
import { podSecurityOf } from "./translate/pod-security.ts";
import type { PodSecurity } from "./translate/translation.ts";
import { containerIn } from "./workload.ts";

/** Makes a service's namespace and its walls, or makes them right in place: what is in it stays. */
export async function applyNetwork(
  session: Session,
  step: ApplyStep,
  network: Network,
  context: ApplyContext,
): Promise<void> {
  const { client, site } = session;
  const { signal } = context;
  const namespace = namespaceOf(site, network.service);
  const isThere = (await client.get(objectKinds.namespace, undefined, namespace, signal)) !== undefined;
  const containers = isThere ? await containersIn(session, namespace, signal) : [];
  const facts = containers.length === 0 ? new Map<string, ImageFacts>() : await knownFacts(session, signal);
  const level = podSecurityOf(containers, (reference) => facts.get(reference));
  await putAll(session, step, objectsOf(network, { site, facts: () => undefined, level }), context);
}

const strictness: readonly PodSecurity[] = ["privileged", "baseline", "restricted"];

/** Lets a namespace bear a container that needs more than it does, before that is made. A stricter one is made by the network's own step. */
export async function makeBearing(
  session: Session,
  container: Container,
  facts: ImageFacts,
  signal: AbortSignal,
): Promise<void> {
  const { site, client } = session;
  const level = podSecurityOf([container], () => facts);
  const name = namespaceOf(site, container.service);
  const live = await client.get(objectKinds.namespace, undefined, name, signal);
  if (live === undefined || !isNetwork(live)) return;
  const now = live.metadata.labels?.["pod-security.kubernetes.io/enforce"];
  const found = strictness.find((each) => each === now);
  if (found !== undefined && strictness.indexOf(found) <= strictness.indexOf(level)) return;
  const network = parseResource(live.metadata.annotations?.[annotations.resource] ?? "");
  if (network?.kind !== "network") return;
  const [main] = objectsOf(network, { site, facts: () => undefined, level });
  if (main !== undefined) await put(session, main, { resource: network, signal });
}

/**
 * Takes a network away: the namespace with all that is in it, unless something is left that matters. It then stays, with its walls, until
 * the last of that is removed.
 */
export async function removeNetwork(session: Session, network: Network, signal: AbortSignal): Promise<void> {
  const { client, site } = session;
  const [main] = namesOf(site, network);
  if (main === undefined) return;
  const live = await client.get(main.kind, undefined, main.name, signal);
  if (live?.metadata.labels?.[labels.site] !== site) return;
  if (await isEmpty(session, main.name, signal)) return removeNamespace(session, live, signal);
  const forget = { metadata: { annotations: { [annotations.resource]: null } } };
  if (isNetwork(live)) await client.patch(main.kind, undefined, main.name, forget, "merge", { signal });
}

async function containersIn(
  { client, site }: Session,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly Container[]> {
  const selection = { namespace, labels: `${labels.site}=${site}`, signal };
  const found: Container[] = [];
  for (const kind of [objectKinds.deployment, objectKinds.statefulSet]) {
    for await (const object of client.list(kind, selection)) {
      const container = containerIn(object);
      if (container !== undefined) found.push(container);
    }
  }
  return found;
}
