import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClusterWorld, clusterWorld } from "../../../test/kubernetes/contract-world.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { sample } from "../contract/sample.ts";
import { change, context, create, seen } from "../contract/world.ts";
import type { ObjectKind } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";

describe("what others do to a cluster's objects", () => {
  let world: ClusterWorld;
  let thing: ReturnType<typeof sample>;
  let container: Container;
  let namespace: string;
  beforeAll(async () => {
    world = await clusterWorld();
    thing = sample(world, 0, "alpha");
    const [, live] = thing.container.mounts;
    if (live === undefined || !("namespace" in thing.network)) throw new Error("expected a cluster's sample");
    namespace = thing.network.namespace;
    container = { ...thing.container, mounts: [live] }; // without state it is a Deployment
    for (const resource of [world.image, thing.network, thing.file, container])
      await create(world.runtime, world.site, resource);
  });
  afterAll(() => world.end());

  const patch = (kind: ObjectKind, name: string, body: unknown): Promise<unknown> =>
    world.client.patch(kind, namespace, name, body, "merge", { manager: "kubectl-edit" });
  const amiss = async (id: string): Promise<string | undefined> => (await seen(world.runtime, world.site, id))?.amiss;

  test("an edited workload is observed as edited, and put right with the pods that it had", async () => {
    await patch(objectKinds.deployment, "alpha", { spec: { progressDeadlineSeconds: 999 } });
    expect(await amiss(container.id)).toBe("edited");
    const before = await seen(world.runtime, world.site, container.id);
    await change(world.runtime, world.site, "update", container);
    const after = await seen(world.runtime, world.site, container.id);
    expect(after?.amiss).toBeUndefined();
    expect(after?.run).toEqual(before?.run);
  });

  test("a wall that was narrowed or taken away is observed, and stands again", async () => {
    const spec = { podSelector: { matchLabels: { nobody: "yes" } } };
    await patch(objectKinds.networkPolicy, "default", { spec });
    expect(await amiss(thing.network.id)).toBe("edited");
    await change(world.runtime, world.site, "update", thing.network);
    expect(await amiss(thing.network.id)).toBeUndefined();
    await world.client.remove(objectKinds.networkPolicy, namespace, "default", { propagation: "Background" });
    expect(await amiss(thing.network.id)).toBe("missing");
    await change(world.runtime, world.site, "update", thing.network);
    expect(await amiss(thing.network.id)).toBeUndefined();
  });

  test("an edited file is not read back as it was applied, and put right", async () => {
    const objects = await Array.fromAsync(
      world.client.list(objectKinds.secret, { namespace, labels: "freehold.dev/kind=file" }),
    );
    const data = { "index.html": Buffer.from("another page").toString("base64") };
    await patch(objectKinds.secret, objects[0]?.metadata.name ?? "", { data });
    const found = await seen(world.runtime, world.site, thing.file.id);
    expect(found?.amiss).toBe("edited");
    expect(found?.resource).not.toEqual(thing.file);
    await change(world.runtime, world.site, "update", thing.file);
    expect(await seen(world.runtime, world.site, thing.file.id)).toEqual({ resource: thing.file });
  });

  test("a field that another tool describes, too, is a conflict that names both", async () => {
    const described = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "alpha", namespace },
      spec: { minReadySeconds: 77 },
    };
    await world.client.apply(described, { force: true, manager: "flux" });
    await expect(change(world.runtime, world.site, "update", container)).rejects.toMatchObject({
      problem: { code: "OBJECT_CONFLICT", detail: [".spec.minReadySeconds is managed by flux"] },
    });
    await world.client.apply({ ...described, spec: {} }, { force: true, manager: "flux" });
    await change(world.runtime, world.site, "update", container);
    expect(await amiss(container.id)).toBeUndefined();
  });

  test("an object without the site's mark is never taken over, and never taken away", async () => {
    const beta = sample(world, 1, "beta");
    if (!("namespace" in beta.network)) throw new Error("expected a cluster's sample");
    const name = beta.network.namespace;
    await world.client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    try {
      const foreign = { problem: { code: "OBJECT_FOREIGN" } };
      await expect(create(world.runtime, world.site, beta.network)).rejects.toMatchObject(foreign);
      await expect(create(world.runtime, world.site, beta.volume)).rejects.toMatchObject(foreign);
      await world.runtime.remove(world.site, beta.network, context());
      const live = await world.client.get(objectKinds.namespace, undefined, name);
      expect(live?.metadata.deletionTimestamp).toBeUndefined();
      expect(live?.metadata.labels?.["freehold.dev/site"]).toBeUndefined();
    } finally {
      await world.client.remove(objectKinds.namespace, undefined, name, { propagation: "Background" });
    }
  });

  test("what another description has no more goes: the budget of replicas, and the Deployment of a part that gets state", async () => {
    const list = async (kind: ObjectKind): Promise<string[]> =>
      (await Array.fromAsync(world.client.list(kind, { namespace }))).map(({ metadata }) => metadata.name);
    const { cluster } = container;
    if (cluster === undefined) throw new Error("expected a cluster's container");
    await change(world.runtime, world.site, "replace", { ...container, cluster: { ...cluster, replicas: 2 } });
    expect(await list(objectKinds.podDisruptionBudget)).toEqual(["alpha"]);
    await create(world.runtime, world.site, thing.volume);
    await change(world.runtime, world.site, "replace", thing.container);
    expect(await list(objectKinds.podDisruptionBudget)).toEqual([]);
    expect(await list(objectKinds.deployment)).toEqual([]);
    expect(await list(objectKinds.statefulSet)).toEqual(["alpha"]);
  });

  test("a network that goes leaves its namespace to the state in it, and goes with the last of that", async () => {
    await world.runtime.remove(world.site, thing.container, context());
    await world.runtime.remove(world.site, thing.file, context());
    await world.runtime.remove(world.site, thing.network, context());
    const { resources } = await world.runtime.observe(world.site);
    expect(resources.map(({ resource }) => resource.id)).toEqual([world.image.id, thing.volume.id]);
    await world.runtime.remove(world.site, thing.volume, context());
    expect(await world.client.get(objectKinds.namespace, undefined, namespace)).toBeUndefined();
  });
});
