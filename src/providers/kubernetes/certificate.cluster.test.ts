import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ClusterWorld, clusterWorld } from "../../../test/kubernetes/contract-world.ts";
import { textsAt } from "../../lib/json.ts";
import type { Certificate } from "../../resource/kinds/certificate.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import { change, context, create, seen } from "../contract/world.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { bundleName, certificateName } from "./translate/names.ts";

const blog: Certificate = {
  kind: "certificate",
  id: "certificate/front/blog.home.test",
  service: "front",
  needs: [],
  names: ["blog.home.test"],
  issuer: "local",
  domains: ["home.test"],
  owner: 0,
};
const wiki: Certificate = { ...blog, id: "certificate/front/wiki.home.test", names: ["wiki.home.test"] };

let world: ClusterWorld;
let namespace: string;
beforeAll(async () => {
  world = await clusterWorld();
  namespace = namespaceOf(world.site, "front");
  // at the same time, so that two authorities would show
  await Promise.all([blog, wiki].map((each) => create(world.runtime, world.site, each)));
});
afterAll(() => world.end());

async function dataOf(name: string): Promise<ReadonlyMap<string, string>> {
  const secret = await world.client.get(objectKinds.secret, namespace, name);
  return new Map(
    [...textsAt(secret, "data")].map(([key, text]) => [key, Buffer.from(text, "base64").toString("utf8")]),
  );
}

test("certificates are of one authority, whose key lies in a Secret", async () => {
  const authority = new X509Certificate((await dataOf("authority")).get("authority.pem") ?? "");
  for (const each of [blog, wiki]) {
    const issued = new X509Certificate((await dataOf(certificateName(each))).get("certificate.pem") ?? "");
    expect(issued.verify(authority.publicKey)).toBe(true);
    expect(issued.subjectAltName).toBe(`DNS:${each.names.join()}`);
  }
});

test("they are read back as they were applied, and made anew with another name only", async () => {
  expect(await seen(world.runtime, world.site, blog.id)).toEqual({ resource: blog });
  const before = await dataOf(certificateName(blog));
  await create(world.runtime, world.site, blog);
  expect(await dataOf(certificateName(blog))).toEqual(before);
  const named = { ...blog, names: ["blog.home.test", "www.home.test"] };
  await change(world.runtime, world.site, "update", named);
  expect(await dataOf(certificateName(blog))).not.toEqual(before);
  expect(await seen(world.runtime, world.site, blog.id)).toEqual({ resource: named });
});

test("one whose key was taken away is observed, and made anew", async () => {
  const data = { "key.pem": "" };
  await world.client.patch(objectKinds.secret, namespace, certificateName(wiki), { data }, "merge");
  expect((await seen(world.runtime, world.site, wiki.id))?.amiss).toBe("missing");
  await change(world.runtime, world.site, "update", wiki);
  expect(await seen(world.runtime, world.site, wiki.id)).toEqual({ resource: wiki });
});

test("the front door's go one by one, and the authority stays", async () => {
  await world.runtime.remove(world.site, blog, context());
  expect((await dataOf(bundleName(blog))).has("blog.home.test.pem")).toBe(false);
  expect(await seen(world.runtime, world.site, wiki.id)).toEqual({ resource: wiki });
  await world.runtime.remove(world.site, wiki, context());
  expect((await dataOf("authority")).size).toBe(1);
  expect((await world.runtime.observe(world.site)).resources).toEqual([]);
});
