import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { problemFrom } from "../../../test/kubernetes/own-namespace.ts";
import { systemClock } from "../../lib/clock.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import type { Resource } from "../../resource/resource.ts";
import { accessFrom } from "./client/access-from.ts";
import type { KubeClient, KubeObject } from "./client/client.ts";
import { kubeClient } from "./client/kube-client.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { put } from "./put.ts";
import type { Session } from "./session.ts";
import { sharedMarks } from "./translate/marks.ts";

const { signal } = new AbortController();
const site = `ts${randomBytes(3).toString("hex")}`;
const namespace = namespaceOf(site, "alpha");
const resource: Resource = {
  kind: "network",
  id: "network/alpha",
  service: "alpha",
  needs: [],
  resolves: false,
  namespace,
};

let client: KubeClient;
let session: Session;
beforeAll(async () => {
  client = kubeClient(await accessFrom(process.env), systemClock);
  const bring = async (): Promise<never> => {
    throw new Error("nothing is brought in this test");
  };
  const images = { present: async () => true, bring };
  session = { site, client, clock: systemClock, images, open: async () => new Map() };
});
afterAll(async () => {
  await client.remove(objectKinds.namespace, undefined, namespace, { propagation: "Background" });
  await client.close();
});

function page(name: string, data: Record<string, string>, marks: object = sharedMarks(site, "alpha")): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, ...marks }, data };
}

function putUnseen(object: KubeObject): Promise<KubeObject> {
  return put(session, object, { resource, unseen: true, signal });
}

test("what a look at the site did not find is made by one request, once its namespace is known", async () => {
  await putUnseen(page("first", { a: "1" }));
  const before = client.requests.count;
  expect(await putUnseen(page("second", { a: "1" }))).toMatchObject({ data: { a: "1" } });
  expect(client.requests.count - before).toBe(1);
});

test("what was made meanwhile by the site itself is made right, as if it had been seen", async () => {
  await putUnseen(page("ours", { a: "1" }));
  expect((await putUnseen(page("ours", { a: "2" }))).data).toEqual({ a: "2" });
});

test("what somebody else has of that name is refused and stays, although no field of it is in the way", async () => {
  await client.create(page("theirs", { theirs: "1" }, {}));
  expect(await problemFrom(putUnseen(page("theirs", { ours: "1" })))).toMatchObject({ code: "OBJECT_FOREIGN" });
  expect(await client.get(objectKinds.configMap, namespace, "theirs")).toMatchObject({ data: { theirs: "1" } });
});

test("what is on its way out is waited for, and then made", async () => {
  const leaving = { ...sharedMarks(site, "alpha"), finalizers: ["freehold.dev/test"] };
  await client.create(page("leaving", { a: "1" }, leaving));
  await client.remove(objectKinds.configMap, namespace, "leaving", { propagation: "Background" });
  const made = putUnseen(page("leaving", { a: "2" }));
  await systemClock.sleep(200);
  await client.patch(objectKinds.configMap, namespace, "leaving", { metadata: { finalizers: null } }, "merge");
  expect(await made).toMatchObject({ data: { a: "2" } });
});

test("a namespace that went after it was seen is made anew", async () => {
  await putUnseen(page("before", { a: "1" }));
  await client.remove(objectKinds.namespace, undefined, namespace, { propagation: "Background" });
  expect(await putUnseen(page("after", { a: "1" }))).toMatchObject({ data: { a: "1" } });
});
