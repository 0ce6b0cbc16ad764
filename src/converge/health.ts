import type { Clock } from "../lib/clock.ts";
import { fail } from "../lib/problem.ts";
import type { ApplyContext, Runtime } from "../providers/provider.ts";
import type { Container } from "../resource/kinds/container.ts";
import type { Observed } from "../resource/observed.ts";
import { spokenName } from "../resource/spoken.ts";

/** Between the first questions, in milliseconds; each wait is longer than the one before, up to `longest`. */
const shortest = 100;
const growth = 1.3;
const longest = 1000;

/** A container with nothing to ask must run for so many milliseconds: most that cannot work end at once. */
const settled = 400;

/** Milliseconds that all of a container's processes may take to begin: images are fetched, one replica after another. */
const patienceForAll = 10 * 60_000;

/** How many last lines of the log a problem shows, and how long they may take to read, in milliseconds. */
const lines = 10;
const patience = 3000;

/**
 * Waits until a container that has just started is healthy. Problems: `CONTAINER_STOPPED` at once when its process ends,
 * `CONTAINER_UNHEALTHY` when it does not answer within its time, which each of its processes has. Both show the last lines that it printed.
 */
export async function waitForHealth(
  site: string,
  container: Container,
  options: { readonly runtime: Runtime; readonly clock: Clock; readonly context: ApplyContext },
): Promise<void> {
  const { runtime, clock, context } = options;
  const { check } = container;
  const called = clock.elapsed();
  let began = called;
  let pause = shortest;
  let said = false;
  for (;;) {
    const { healthy, stopped = false, beginning = false, detail = "no answer" } = await runtime.check(site, container);
    if (beginning && clock.elapsed() - called < patienceForAll) began = clock.elapsed();
    const waited = clock.elapsed() - began;
    if (stopped) return stoppedProblem(site, container, options);
    if (healthy && (check.ask.by !== "running" || waited >= settled)) return;
    if (waited >= check.within) return unhealthyProblem(site, container, detail, options);
    if (!said) context.report(`waiting for ${question(container)}`);
    said = true;
    await clock.sleep(Math.min(pause, Math.max(1, check.within - waited)), context.signal);
    pause = Math.min(longest, pause * growth);
  }
}

/** What a container is asked with. */
export type Tools = { readonly runtime: Runtime; readonly context: ApplyContext };

async function stoppedProblem(site: string, container: Container, tools: Tools): Promise<never> {
  const { run } = (await observed(site, container, tools)) ?? {};
  const ending = run === undefined ? "" : ` (exit code ${run.exitCode})`;
  return fail("CONTAINER_STOPPED", `expected ${spokenName(container)} to run, got one that stopped at once${ending}`, {
    detail: await lastLines(site, container, tools),
    hint: hint(container),
  });
}

async function unhealthyProblem(site: string, container: Container, detail: string, tools: Tools): Promise<never> {
  const seconds = Math.round(container.check.within / 100) / 10;
  return fail(
    "CONTAINER_UNHEALTHY",
    `expected ${spokenName(container)} to be healthy within ${seconds} s, got: ${detail}`,
    {
      detail: await lastLines(site, container, tools),
      hint: hint(container),
    },
  );
}

async function observed(site: string, container: Container, { runtime }: Tools): Promise<Observed | undefined> {
  const { resources } = await runtime.observe(site);
  return resources.find(({ resource }) => resource.id === container.id);
}

/** What it printed last. A log that cannot be read is said so: it must not hide the problem that asked for it. */
export async function lastLines(site: string, container: Container, { runtime }: Tools): Promise<readonly string[]> {
  const texts: string[] = [];
  try {
    const query = { follow: false, tail: lines, signal: AbortSignal.timeout(patience) };
    for await (const { text } of runtime.logs(site, container.id, query)) texts.push(text);
  } catch (thrown) {
    texts.push(`its log cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  return texts;
}

function question({ check: { ask } }: Container): string {
  if (ask.by === "http") return `an answer on port ${ask.port}`;
  if (ask.by === "tcp") return `port ${ask.port}`;
  return ask.by === "image" ? "its own check" : "it to stay up";
}

function hint({ service }: Container): string {
  return `freehold logs ${service} shows more`;
}
