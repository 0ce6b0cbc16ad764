import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock as clock } from "../../lib/clock.ts";
import { accessFrom } from "./client/access-from.ts";
import type { KubeClient } from "./client/client.ts";
import { kubeClient } from "./client/kube-client.ts";
import { examineCluster } from "./examine.ts";

const site = {
  name: "tgexamine",
  domain: "example.org",
  door: "balancer",
  ports: [80, 443],
  keepsState: true,
} as const;

describe("doctor on a real cluster", () => {
  let admin: KubeClient;
  let nobody: KubeClient;

  beforeAll(async () => {
    const access = await accessFrom(process.env);
    admin = kubeClient(access, clock);
    nobody = kubeClient({ ...access, impersonation: { "impersonate-user": "somebody" } }, clock);
  });
  afterAll(() => Promise.all([admin.close(), nobody.close()]));

  test("finds an answer to everything that it asks, and nothing wrong", async () => {
    const found = await examineCluster({ client: admin, clock, site });
    const names = ["cluster", "permissions", "nodes", "storage", "balancer", "dns", "policies", "registry", "clock"];
    expect(found.map(({ name }) => name)).toEqual(names);
    expect(found.filter(({ state, found: what }) => state === "wrong" || what.includes("could not be"))).toEqual([]);
    expect(found.every(({ state, fix }) => state === "fine" || fix !== undefined)).toBe(true);
  });

  test("tells somebody without rights what he may not do, and that the rest could not be seen", async () => {
    const found = await examineCluster({ client: nobody, clock, site });
    expect(found).toContainEqual(expect.objectContaining({ name: "permissions", state: "wrong" }));
    expect(found.find(({ name }) => name === "nodes")).toMatchObject({ state: "warning" });
  });
});
