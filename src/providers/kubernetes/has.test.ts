import { describe, expect, test } from "vitest";
import type { KubeObject } from "./client/object.ts";
import { has } from "./has.ts";

function policy(spec: unknown, metadata: Partial<KubeObject["metadata"]> = {}): KubeObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "default", ...metadata },
    spec,
  };
}

describe("an object is as described", () => {
  test("wherever it is said to come from, but with every other mark", () => {
    const wanted = policy({}, { annotations: { "freehold.dev/commit": "b", "freehold.dev/id": "network/blog" } });
    const came = { "freehold.dev/commit": "a", "freehold.dev/id": "network/blog", other: "x" };
    expect(has(policy({}, { annotations: came }), wanted)).toBe(true);
    expect(has(policy({}, { annotations: { ...came, "freehold.dev/id": "network/wiki" } }), wanted)).toBe(false);
    expect(has(policy({}, {}), policy({}, { labels: { "freehold.dev/site": "home" } }))).toBe(false);
  });

  test("when a policy has no word more: one rule opens a way, a narrower choice of pods takes a wall away", () => {
    const wall = policy({ podSelector: {}, policyTypes: ["Ingress"] });
    expect(has(policy({ podSelector: {}, policyTypes: ["Ingress"] }), wall)).toBe(true);
    expect(has(policy({ podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] }), wall)).toBe(false);
    expect(has(policy({ podSelector: { matchLabels: { a: "b" } }, policyTypes: ["Ingress"] }), wall)).toBe(false);
  });

  test("also while it is stopped, though not with another number of replicas", () => {
    const workload = (replicas: number): KubeObject => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "blog" },
      spec: { replicas },
    });
    expect(has(workload(0), workload(2))).toBe(true);
    expect(has(workload(1), workload(2))).toBe(false);
  });
});
