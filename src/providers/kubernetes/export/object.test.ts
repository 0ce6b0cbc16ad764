import { expect, test } from "vitest";
import type { KubeObject } from "../client/object.ts";
import { mergedObjects } from "./merge.ts";
import { objectPath, plainObject } from "./object.ts";

function object(kind: string, name: string, apiVersion = "v1"): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: "home-blog" } };
}

test("a file is called after its object's kind and name", () => {
  expect(objectPath("blog", object("Service", "blog"))).toBe("services/blog/service-blog.yaml");
  expect(objectPath("blog", object("Ingress", "a.b", "networking.k8s.io/v1"))).toBe("services/blog/ingress-a.b.yaml");
});

test("names that no file bears, or that differ in case or group alone, are told apart", () => {
  const odd = ["system:a", "system/a", "System:a", "-a"].map((name) => objectPath("blog", object("Role", name)));
  expect(new Set(odd.map((path) => path.toLowerCase())).size).toBe(4);
  for (const path of odd) expect(path).toMatch(/^services\/blog\/role-[a-z0-9.-]+\.yaml$/);
  expect(objectPath("blog", object("Service", "a", "serving.knative.dev/v1"))).not.toBe(
    objectPath("blog", object("Service", "a")),
  );
});

test("what several resources share is one object with all of their shares, each once", () => {
  const share = (name: string, port: number): KubeObject => ({
    ...object("Service", "mail"),
    data: { [name]: "x" },
    spec: { ports: [{ port: 25 }, { port }] },
  });
  expect(mergedObjects([share("a", 143), share("b", 587), share("b", 587)])).toEqual([
    {
      ...object("Service", "mail"),
      data: { a: "x", b: "x" },
      spec: { ports: [{ port: 25 }, { port: 143 }, { port: 587 }] },
    },
  ]);
});

test("what only freehold goes by is left out, in the form in which a cluster keeps it", () => {
  const workload: KubeObject = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: "blog",
      labels: { "app.kubernetes.io/managed-by": "freehold", "freehold.dev/kind": "container" },
      annotations: { "freehold.dev/resource": "{}", "freehold.dev/id": "container/blog/blog" },
    },
    spec: { containers: [{ env: [], resources: { limits: { cpu: "2000m" }, requests: { cpu: "10m" } } }] },
  };
  expect(plainObject(workload)).toEqual({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: "blog",
      labels: { "freehold.dev/kind": "container" },
      annotations: { "freehold.dev/id": "container/blog/blog" },
    },
    spec: { containers: [{ resources: { limits: { cpu: "2" }, requests: { cpu: "10m" } } }] },
  });
});
