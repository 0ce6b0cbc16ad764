import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Check } from "../../resource/kinds/container.ts";
import type { CheckResult, ProbeTarget } from "../provider.ts";
import { type Sample, sample, way } from "./sample.ts";
import { type ContractWorld, change, context, create, seen, tidy } from "./world.ts";

/** What a runtime tells about running containers: health, logs, limits, ports, and which ways are open. */
export function runtimeContractForTalk(name: string, make: () => Promise<ContractWorld>): void {
  describe(`${name} tells about running containers`, () => {
    let world: ContractWorld;
    let alpha: Sample;
    let beta: Sample;
    let inside: ProbeTarget;

    beforeAll(async () => {
      world = await make();
      alpha = sample(world, 0, "alpha");
      beta = sample(world, 1, "beta");
      inside = { address: address(beta), port: 8080 };
      for (const of of [alpha, beta]) {
        for (const resource of [world.image, of.network, of.volume, of.file, of.container]) {
          await create(world.runtime, world.site, resource);
        }
      }
      for (let tries = 0; tries < 100; tries++) {
        if ((await world.runtime.check(world.site, beta.container)).healthy) break;
        await delay(100);
      }
    });
    afterAll(async () => {
      await tidy(world, world.site);
      await world.end();
    });

    /** What comes of a question, asked as it is in practice: of a container that was made with it. */
    const asked = async (ask: Check["ask"], milliseconds: number): Promise<CheckResult> => {
      const container = { ...beta.container, check: { ...beta.container.check, ask } };
      await change(world.runtime, world.site, "replace", container);
      const until = Date.now() + milliseconds;
      for (;;) {
        const result = await world.runtime.check(world.site, container);
        if (result.healthy || Date.now() > until) return result;
        await delay(100);
      }
    };

    test("a check by HTTP or TCP is healthy where the server answers", async () => {
      expect(await asked({ by: "http", port: 8080, path: "/" }, 20_000)).toEqual({ healthy: true });
      expect(await asked(beta.container.check.ask, 20_000)).toEqual({ healthy: true });
    });

    test("a check of a port where nobody listens is unhealthy and says why, without an end of the container", async () => {
      const result = await asked({ by: "tcp", port: 9 }, 2000);
      await asked(beta.container.check.ask, 20_000);
      expect(result.healthy).toBe(false);
      expect(result.stopped ?? false).toBe(false);
      expect(result.detail).toMatch(/\w/);
    });

    test("the log has what the container printed, in order, with times, and its tail is bounded", async () => {
      const texts: string[] = [];
      const query = { follow: false, tail: 100, signal: AbortSignal.timeout(10_000) };
      for await (const line of world.runtime.logs(world.site, beta.container.id, query)) {
        texts.push(line.text);
        expect(Math.abs(line.at - Date.now())).toBeLessThan(120_000);
      }
      expect(texts).toContain("serving");
      const none: string[] = [];
      for await (const line of world.runtime.logs(world.site, beta.container.id, { ...query, tail: 0 })) {
        none.push(line.text);
      }
      expect(none).toEqual([]);
    });

    test("a followed log ends when its signal says so", async () => {
      const query = { follow: true, signal: AbortSignal.timeout(500) };
      for await (const _line of world.runtime.logs(world.site, beta.container.id, query)) {
        // only its end matters
      }
    });

    test("a command inside ends with its own code", async () => {
      expect(await world.runtime.exec(world.site, beta.container.id, world.commands.ends(0))).toBe(0);
      expect(await world.runtime.exec(world.site, beta.container.id, world.commands.ends(7))).toBe(7);
    });

    test("the kernel enforces the limits that were asked for", async () => {
      const { memory, cpu, processes, memoryUsed, processorTime } = await world.runtime.enforced(
        world.site,
        beta.container.id,
      );
      const asked = beta.container.limits;
      expect({ memory, cpu, processes }).toEqual(world.limitsProcesses === false ? { ...asked, processes } : asked);
      expect(memoryUsed).toBeGreaterThan(0);
      expect(processorTime).toBeGreaterThan(0);
    });

    test("the ports that a container listens on are told by the kernel", async () => {
      expect(await world.runtime.listening(world.site, beta.container.id)).toEqual([8080]);
    });

    test("two services cannot reach each other until a link says so, and then only in its direction and on its port", async () => {
      const back = { address: address(alpha), port: 8080 };
      const beside = { ...inside, port: 8081 };
      const tried = async (id: string, targets: readonly ProbeTarget[]): Promise<readonly string[]> =>
        (await world.runtime.probe(world.site, id, targets)).map(({ result }) => result);

      expect(await tried(alpha.container.id, [inside, beside])).toEqual(["refused", "refused"]);
      const link = way(alpha, beta);
      await create(world.runtime, world.site, link);
      expect(await seen(world.runtime, world.site, link.id)).toMatchObject({ resource: link });
      expect(await tried(alpha.container.id, [inside, beside])).toEqual(["reached", "refused"]);
      expect(await tried(beta.container.id, [back])).toEqual(["refused"]);
      await world.runtime.remove(world.site, link, context());
      expect(await tried(alpha.container.id, [inside])).toEqual(["refused"]);
    });

    test("a container that nobody knows is a problem of the person's, not an empty answer", async () => {
      const unknown = "container/nobody/nobody";
      const expected = { problem: { code: "CONTAINER_UNKNOWN", kind: "user" } };
      await expect(world.runtime.enforced(world.site, unknown)).rejects.toMatchObject(expected);
      await expect(world.runtime.exec(world.site, unknown, world.commands.ends(0))).rejects.toMatchObject(expected);
      await expect(world.runtime.listening(world.site, unknown)).rejects.toMatchObject(expected);
      await expect(world.runtime.probe(world.site, unknown, [inside])).rejects.toMatchObject(expected);
    });
  });
}

function address({ container }: Sample): string {
  return container.network.mode === "service" ? container.network.address : "";
}
