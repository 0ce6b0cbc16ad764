import { expect, test } from "vitest";
import { referredImages, referredPaths } from "./referred.ts";

const file = "services/blog.yaml";

test("what a service and its parts name is found, each path once", () => {
  const text = `static: ./static/blog/
parts:
  a: {build: images/a, files: {/etc/a: files/a.conf, /etc/b: files/a.conf}}
  b: {files: {/etc/b: files/b}}
`;
  expect(referredPaths(file, text)).toEqual(["files/a.conf", "files/b", "images/a", "static/blog"]);
});

test("files of Kubernetes' objects are among them, objects that stand there are not", () => {
  expect(referredPaths(file, "manifests: [manifests/a.yaml, {kind: b}]\n")).toEqual(["manifests/a.yaml"]);
});

test("nothing leads out of the site, or means all of it", () => {
  const text = "files: {/a: ../x, /b: /etc/passwd, /c: ., /d: a/../../x, /e: a/.., /f: [x], /g: 5}\nstatic: null\n";
  expect(referredPaths(file, text)).toEqual([]);
});

test("a file with mistakes still tells its paths; one that is no YAML has none", () => {
  expect(referredPaths(file, "ports: 7000000\nstatic: pages\n")).toEqual(["pages"]);
  expect(referredPaths(file, "static: [")).toEqual([]);
});

test("the images that a lock may pin are found, with the tag that they mean", () => {
  const text = `image: docker.io/library/nginx:1.29
parts:
  a: {image: "ghcr.io/a/b@sha256:${"0".repeat(64)}"}
  b: {image: freehold/git}
  c: {build: images/c}
  d: {image: nonsense}
`;
  expect(referredImages(file, text)).toEqual(["docker.io/library/nginx:1.29", "ghcr.io/a/b:latest"]);
});
