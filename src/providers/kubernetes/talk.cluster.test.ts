import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HandMade, handMade } from "../../../test/kubernetes/hand-made.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { CheckResult } from "../provider.ts";
import { checkContainer } from "./check.ts";
import { enforcedOn } from "./enforced.ts";
import { execInside } from "./exec.ts";
import { inUse } from "./in-use.ts";
import { listening } from "./listening.ts";
import { containerLogs } from "./logs.ts";
import { probe } from "./probe.ts";
import { runningPods } from "./running-pods.ts";
import { stopContainer } from "./stop.ts";

const context = { report: () => {}, signal: new AbortController().signal };

describe("a container on a cluster", () => {
  let world: HandMade;
  let container: Container;
  beforeAll(async () => {
    world = await handMade();
    container = world.container;
    await world.namespace();
    await world.run(container, { replicas: 2 });
    await settle(world, container, ({ healthy }) => healthy);
  });
  afterAll(() => world.end());

  test("is healthy when its pods answer", async () => {
    await settle(world, container, ({ healthy, detail }) => healthy && detail === undefined);
    expect(await checkContainer(world.session, container)).toEqual({ healthy: true });
  });

  test("tells what all of its pods wrote, in order", async () => {
    const query = { follow: false, signal: AbortSignal.timeout(10_000) };
    const lines = await Array.fromAsync(containerLogs(world.session, container.id, query));
    expect(lines.map(({ text }) => text)).toEqual(["serving", "serving"]);
    expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).sort((a, b) => a - b));
    const last = await Array.fromAsync(containerLogs(world.session, container.id, { ...query, tail: 1 }));
    expect(last).toEqual(lines.slice(1));
    const later = { ...query, since: (lines[1]?.at ?? 0) + 1 };
    expect(await Array.fromAsync(containerLogs(world.session, container.id, later))).toEqual([]);
  });

  test("runs a command with its exit code", async () => {
    expect(await execInside(world.session, container.id, ["sh", "-c", "exit 7"])).toBe(7);
    expect(await execInside(world.session, container.id, ["true"])).toBe(0);
  });

  test("has the limits that were asked for, as its node's kernel has them", async () => {
    const found = await enforcedOn(world.session, container.id);
    expect(found).toMatchObject({ memory: container.limits.memory, cpu: container.limits.cpu });
    expect(found.memoryUsed).toBeGreaterThan(1_000_000);
    expect(found.processorTime).toBeGreaterThan(1);
  });

  test("listens on its port, and reaches what answers or refuses, by number and by name", async () => {
    expect(await listening(world.session, container.id)).toEqual([8080]);
    const targets = [
      { address: "10.113.0.1", port: 443 },
      { address: "192.0.2.1", port: 80 },
      { address: "nobody.td-none.svc.cluster.local", port: 80 },
    ];
    const results = await probe(world.session, container.id, targets);
    expect(results.map(({ result }) => result)).toEqual(["reached", "refused", "refused"]);
  });

  test("outlives a probe for which its pod has no memory", async () => {
    const { session } = world;
    const small = { ...container, id: "container/alpha/small", part: "small" };
    const resources = { limits: { memory: "28Mi", cpu: "1" }, requests: { memory: "16Mi", cpu: "10m" } };
    await world.run(small, { main: { resources } });
    await settle(world, small, ({ healthy }) => healthy);
    await expect(probe(session, small.id, [{ address: "10.113.0.1", port: 443 }])).rejects.toMatchObject({
      problem: { code: "PROBE_FAILED", kind: "transient" },
    });
    const { pods } = await runningPods(session, small.id);
    expect(pods[0]).toMatchObject({ restarts: 0, ready: true });
  });

  test("is in use by nobody while none of its pods leaves", async () => {
    expect(await inUse(world.session, container.id)).toBe(false);
  });

  test("follows new pods and those to come, and ends when it is stopped", async () => {
    const query = { follow: true, tail: 0, signal: AbortSignal.timeout(60_000) };
    const texts: string[] = [];
    const followed = (async () => {
      for await (const { text } of containerLogs(world.session, container.id, query)) texts.push(text);
    })();
    await delay(500);
    const { client, session } = world;
    const found = await Array.fromAsync(
      client.list(
        { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true },
        { namespace: `${session.site}-alpha` },
      ),
    );
    const [first] = found;
    await client.remove(
      { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true },
      `${session.site}-alpha`,
      first?.metadata.name ?? "",
      { propagation: "Background" },
    );
    while (texts.length === 0) await delay(100);
    expect(texts).toEqual(["serving"]);
    await stopContainer(session, container.id, context);
    expect(await checkContainer(session, container)).toEqual({ healthy: false, stopped: true, detail: "stopped" });
    await stopContainer(session, container.id, context);
    await followed;
    expect(query.signal.aborted).toBe(false);
    await expect(execInside(session, container.id, ["true"])).rejects.toMatchObject({
      problem: { code: "CONTAINER_STOPPED" },
    });
  });
});

async function settle(
  { session }: HandMade,
  container: Container,
  isIt: (result: CheckResult) => boolean,
): Promise<CheckResult> {
  const until = Date.now() + 60_000;
  for (;;) {
    const result = await checkContainer(session, container);
    if (isIt(result)) return result;
    if (Date.now() > until) throw new Error(`it did not come to that: ${JSON.stringify(result)}`);
    await delay(200);
  }
}
