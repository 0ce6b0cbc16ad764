import type { Clock } from "../lib/clock.ts";
import { fail } from "../lib/problem.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Container } from "../resource/kinds/container.ts";
import type { Resource } from "../resource/resource.ts";
import { spokenName } from "../resource/spoken.ts";
import { lastLines, type Tools } from "./health.ts";

/** From one look to the next, in milliseconds. */
const pause = 250;

/** So long the new ones are watched under their first visitors while the old one could still take over again, in milliseconds. */
const watched = 3000;

/** So long a container that was relieved may take for what it has begun: uploads, web sockets. In milliseconds. */
const patience = 35_000;

/** After so many bad answers in a row a new one counts as unhealthy. */
const bad = 3;

/**
 * Waits until nobody is served any more by a container that was relieved, at the most {@link patience}, and watches those that took
 * over. Problems: `CONTAINER_STOPPED`, `CONTAINER_UNHEALTHY` when one of them does not bear its visitors; the old one is still there then.
 */
export async function letFinish(
  site: string,
  { id }: Resource,
  relievedBy: readonly ResourceId[],
  tools: Tools & { readonly clock: Clock },
): Promise<void> {
  const { runtime, clock, context } = tools;
  const began = clock.elapsed();
  const fresh = relievedBy.length === 0 ? [] : await containersOf(site, relievedBy, tools);
  const answers = new Map<ResourceId, number>();
  let said = false;
  for (;;) {
    await Promise.all(fresh.map((one) => ask(site, one, answers, tools)));
    const waited = clock.elapsed() - began;
    const isWatched = fresh.length === 0 || waited >= watched;
    if (waited >= patience || (isWatched && !(await runtime.inUse(site, id)))) return;
    if (isWatched && !said) context.report("finishing what it has begun");
    said ||= isWatched;
    await clock.sleep(pause, context.signal);
  }
}

async function containersOf(
  site: string,
  ids: readonly ResourceId[],
  { runtime }: Tools,
): Promise<readonly Container[]> {
  const { resources } = await runtime.observe(site);
  return resources.flatMap(({ resource }) =>
    resource.kind === "container" && ids.includes(resource.id) ? [resource] : [],
  );
}

/** Problems: `CONTAINER_STOPPED`, `CONTAINER_UNHEALTHY`. */
async function ask(site: string, container: Container, answers: Map<ResourceId, number>, tools: Tools): Promise<void> {
  const { healthy, stopped = false, detail = "no answer" } = await tools.runtime.check(site, container);
  const inARow = healthy ? 0 : (answers.get(container.id) ?? 0) + 1;
  answers.set(container.id, inARow);
  if (!stopped && inARow < bad) return;
  const name = spokenName(container);
  fail(
    stopped ? "CONTAINER_STOPPED" : "CONTAINER_UNHEALTHY",
    stopped
      ? `expected the new ${name} to go on, got one that stopped when visitors came`
      : `expected the new ${name} to stay healthy, got with its first visitors: ${detail}`,
    {
      detail: await lastLines(site, container, tools),
      hint: `freehold logs ${container.service} shows more`,
    },
  );
}
