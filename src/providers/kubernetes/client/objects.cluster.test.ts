import { describe, expect, test } from "vitest";
import { ownNamespace } from "../../../../test/kubernetes/own-namespace.ts";
import { objectKinds } from "./object-kinds.ts";

const { name: namespace, client, configMap } = await ownNamespace();
const { configMap: kind } = objectKinds;

describe("objects of a cluster", () => {
  test("are as they were applied last: a field that is no longer described goes", async () => {
    await client.apply(configMap("applied", { a: "1", b: "2" }), { force: false });
    const second = await client.apply(configMap("applied", { a: "1" }), { force: false });
    expect(second).toMatchObject({ kind: "ConfigMap", data: { a: "1" }, metadata: { namespace } });
    expect(second.data).toEqual({ a: "1" });
    expect(await client.get(kind, namespace, "applied")).toMatchObject({ data: { a: "1" } });
  });

  test("that are applied unchanged keep their version", async () => {
    const first = await client.apply(configMap("same", { a: "1" }), { force: false });
    const second = await client.apply(configMap("same", { a: "1" }), { force: false });
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  test("that are not there, or whose namespace is not, are undefined", async () => {
    expect(await client.get(kind, namespace, "none")).toBeUndefined();
    expect(await client.get(kind, "ta-there-is-no-such", "none")).toBeUndefined();
  });

  test("are only rehearsed by a dry run", async () => {
    expect(await client.apply(configMap("dry", { a: "1" }), { force: false, dryRun: true })).toMatchObject({
      data: { a: "1" },
    });
    await client.create(configMap("dry"), { dryRun: true });
    expect(await client.get(kind, namespace, "dry")).toBeUndefined();
  });

  test("are changed by each kind of patch, and their scale by its subresource", async () => {
    await client.create(configMap("patched", { a: "1", b: "2" }));
    const patch = (body: unknown, type: "merge" | "json" | "strategic") =>
      client.patch(kind, namespace, "patched", body, type);
    expect((await patch({ data: { a: null } }, "merge")).data).toEqual({ b: "2" });
    expect((await patch([{ op: "add", path: "/data/c", value: "3" }], "json")).data).toEqual({ b: "2", c: "3" });
    expect((await patch({ data: { b: "4" } }, "strategic")).data).toEqual({ b: "4", c: "3" });
    await client.create(deployment("scaled"));
    const scale = await client.patch(objectKinds.deployment, namespace, "scaled", { spec: { replicas: 3 } }, "merge", {
      subresource: "scale",
    });
    expect(scale).toMatchObject({ spec: { replicas: 3 } });
  });

  test("are removed; those that are gone are fine, and another of the name is left alone", async () => {
    const { metadata } = await client.create(configMap("removed"));
    const options = { propagation: "Background" } as const;
    await client.remove(kind, namespace, "removed", { ...options, uid: "00000000-0000-0000-0000-000000000000" });
    expect(await client.get(kind, namespace, "removed")).toBeDefined();
    await client.remove(
      kind,
      namespace,
      "removed",
      metadata.uid === undefined ? options : { ...options, uid: metadata.uid },
    );
    expect(await client.get(kind, namespace, "removed")).toBeUndefined();
    await client.remove(kind, namespace, "removed", options);
    await client.remove(kind, "ta-there-is-no-such", "removed", options);
  });

  test("are listed by labels, page by page, each once, and each says its kind", async () => {
    for (let i = 0; i < 7; i += 1) await client.create(configMap(`listed-${i}`, {}, { labels: { listed: "yes" } }));
    const before = client.requests.count;
    const found = await Array.fromAsync(client.list(kind, { namespace, labels: "listed=yes", limit: 3 }));
    expect(client.requests.count - before).toBe(3);
    expect(found.map((one) => `${one.apiVersion} ${one.kind} ${one.metadata.name}`)).toEqual(
      Array.from({ length: 7 }, (_, i) => `v1 ConfigMap listed-${i}`),
    );
    expect(await Array.fromAsync(client.list(kind, { labels: "listed=no" }))).toEqual([]);
    expect(await Array.fromAsync(client.list(kind, { namespace: "ta-there-is-no-such" }))).toEqual([]);
  });
});

describe("a cluster", () => {
  test("says its version, and which kinds it has", async () => {
    expect((await client.version()).version).toMatch(/^1\.\d+$/);
    expect(await client.discover("apps/v1")).toContainEqual(objectKinds.deployment);
    expect(await client.discover("v1")).toContainEqual(objectKinds.namespace);
    expect(await client.discover("none.example/v1")).toEqual([]);
    expect(await client.kindOf({ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" })).toMatchObject({
      plural: "horizontalpodautoscalers",
      namespaced: true,
    });
  });

  test("has each kind of the table as the table says", async () => {
    for (const one of Object.values(objectKinds)) expect(await client.discover(one.apiVersion)).toContainEqual(one);
  });

  test("says what we may, and answers a plain path", async () => {
    expect(await client.review("create", objectKinds.pod, namespace, "exec")).toBe(true);
    expect(await client.read("/readyz")).toBe("ok");
  });
});

function deployment(name: string): Parameters<typeof client.create>[0] {
  const labels = { app: name };
  const containers = [{ name: "main", image: "registry.k8s.io/pause:3.10" }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas: 0,
      paused: true,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  };
}
