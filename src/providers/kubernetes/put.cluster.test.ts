import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HandMade, handMade } from "../../../test/kubernetes/hand-made.ts";
import { at } from "../../lib/json.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { put } from "./put.ts";
import { objectsOf } from "./translate/objects-of.ts";

const { signal } = new AbortController();

describe("putting objects", () => {
  let world: HandMade;
  let alone: Container;
  beforeAll(async () => {
    world = await handMade();
    await world.namespace();
    const ports = [{ port: 8080, protocol: "tcp", visitors: true }] as const;
    alone = { ...world.container, cluster: { replicas: 1, ports, startFirst: false } };
  });
  afterAll(() => world.end());

  test("a part's name becomes its pods' own when it gets a sibling, and an address again when that goes", async () => {
    const address = `alpha--visitors.${namespaceOf(world.session.site, "alpha")}.svc.cluster.local`;
    const beside: Container = { ...alone, network: { mode: "service", id: "network/alpha", address } };
    expect(await namedAfter(alone)).not.toBe("None");
    expect(await namedAfter(beside)).toBe("None");
    expect(await namedAfter(alone)).not.toBe("None");
  });

  test("a strategy that leaves no field of the other behind can be changed both ways", async () => {
    const first = { ...alone, cluster: { replicas: 1, ports: [], startFirst: true } };
    expect(await strategyAfter(first)).toEqual({
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
    expect(await strategyAfter(alone)).toEqual({ type: "Recreate" });
    expect(await strategyAfter(first)).toMatchObject({ type: "RollingUpdate" });
  });

  async function namedAfter(container: Container): Promise<unknown> {
    await putAll(container, "Service");
    const namespace = namespaceOf(world.session.site, container.service);
    return at(await world.client.get(objectKinds.service, namespace, container.part), "spec", "clusterIP");
  }

  async function strategyAfter(container: Container): Promise<unknown> {
    await putAll(container, "Deployment");
    const namespace = namespaceOf(world.session.site, container.service);
    return at(await world.client.get(objectKinds.deployment, namespace, container.part), "spec", "strategy");
  }

  async function putAll(container: Container, kind: string): Promise<void> {
    const objects = objectsOf(container, { site: world.session.site, facts: () => undefined });
    for (const object of objects)
      if (object.kind === kind) await put(world.session, object, { resource: container, signal });
  }
});
