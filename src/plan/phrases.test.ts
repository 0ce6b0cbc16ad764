import { expect, test } from "vitest";
import type { Container } from "../resource/kinds/container.ts";
import type { Manifest } from "../resource/kinds/manifest.ts";
import { phrases } from "./phrases.ts";

/** What a plan says of a container whose image is another one. */
function said(from: string, to: string): readonly string[] {
  const container: Container = {
    kind: "container",
    id: "container/blog/blog",
    service: "blog",
    part: "blog",
    replica: 1,
    needs: [],
    image: to,
    env: {},
    network: { mode: "machine" },
    hosts: {},
    mounts: [],
    scratch: [],
    capabilities: [],
    limits: { memory: 1, cpu: 1, processes: 1 },
    check: { ask: { by: "running" }, every: 1, timeout: 1, within: 1 },
  };
  const because = { changes: [{ path: "image", from, to }] };
  return phrases({ action: "replace", resource: container, was: { resource: container }, because }, "replace");
}

const nginx = "docker.io/library/nginx";
const [a, b] = ["@sha256:aaaa", "@sha256:bbbb"];

test("of an image the versions count, not the digests", () => {
  expect(said(`${nginx}:1.29${a}`, `${nginx}:1.30${b}`)).toEqual(["image 1.29 → 1.30"]);
  expect(said(`${nginx}:1.29`, `${nginx}:1.30${b}`)).toEqual(["image 1.29 → 1.30"]);
  expect(said("localhost:5000/app:1", "localhost:5000/app:2")).toEqual(["image 1 → 2"]);
});

test("another digest alone is told, too, and whether something is pinned", () => {
  expect(said(`${nginx}:1.29${a}`, `${nginx}:1.29${b}`)).toEqual(["image 1.29 is another one under the same tag"]);
  expect(said(`${nginx}:1.29`, `${nginx}:1.29${b}`)).toEqual(["image 1.29 is pinned"]);
  expect(said(`${nginx}${a}`, nginx)).toEqual(["image latest is pinned no more"]);
});

test("what freehold built is built anew, and another image is told in full", () => {
  expect(said("localhost/site/blog:3f2a", "localhost/site/blog:9c1d")).toEqual(["image is built anew"]);
  expect(said(`${nginx}:1${a}`, `docker.io/library/caddy:2${b}`)).toEqual([
    `image ${nginx}:1 → docker.io/library/caddy:2`,
  ]);
});

test("an object that a person wrote is named as kubectl names it, not line by line", () => {
  const written = (colour: string): Manifest => ({
    kind: "manifest",
    id: "manifest/blog/configmap/extra",
    service: "blog",
    needs: [],
    namespace: "home-blog",
    object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "extra" }, data: { colour } },
  });
  const [resource, was] = [written("red"), { resource: written("blue") }];
  const because = { changes: [{ path: "object.data.colour", from: "blue", to: "red" }] };
  expect(phrases({ action: "update", resource, was, because }, "update")).toEqual(["ConfigMap extra"]);
  expect(phrases({ action: "create", resource, because: { changes: [] } }, "update")).toEqual(["ConfigMap extra"]);
  expect(phrases({ action: "remove", was, because: { changes: [] } }, "update")).toEqual(["without ConfigMap extra"]);
});
