import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClusterSite, createClusterSite } from "../world/cluster.ts";

let site: ClusterSite;
beforeAll(async () => {
  site = await createClusterSite([], {
    "services/written.yaml": "manifests:\n  - manifests/extra.yaml\n",
    "manifests/extra.yaml": `${configMap("blue")}---\n${policy}`,
  });
  await site.must(["up", "--yes"]);
});
afterAll(() => site?.end());

function configMap(colour: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra, labels: {app.kubernetes.io/name: mine}}\ndata: {colour: ${colour}}\n`;
}

const policy = `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: extra}\nspec: {defaultBackend: {service: {name: none, port: {number: 80}}}}\n`;

const get = (what: string, path: string): Promise<string> =>
  site.kubectl(["get", what, "-n", `${site.name}-written`, "--ignore-not-found", "-o", `jsonpath=${path}`]);

describe("objects that a person wrote", () => {
  test("are made in their service's namespace, with our marks beside theirs", async () => {
    expect(await get("configmap/extra", "{.data.colour}")).toBe("blue");
    expect(await get("configmap/extra", "{.metadata.labels}")).toMatch(/"app.kubernetes.io\/name":"mine"/);
    expect(await get("configmap/extra", "{.metadata.labels}")).toContain(`"freehold.dev/site":"${site.name}"`);
    expect(await get("ingress/extra", "{.metadata.name}")).toBe("extra");
  });

  test("are as they were wanted: there is nothing to do, until somebody edits them", async () => {
    expect((await site.freehold(["plan"])).code).toBe(0);
    await site.kubectl([
      "patch",
      "ingress",
      "extra",
      "-n",
      `${site.name}-written`,
      "--type=merge",
      "-p",
      '{"spec":{"defaultBackend":{"service":{"name":"other"}}}}',
    ]);
    const { code, stdout } = await site.freehold(["plan"]);
    expect([code, stdout]).toEqual([4, expect.stringMatching(/written +update/)]);
    await site.must(["up", "--yes"]);
    expect(await get("ingress/extra", "{.spec.defaultBackend.service.name}")).toBe("none");
  });

  test("change with their file, and go with it", async () => {
    await site.write({ "manifests/extra.yaml": configMap("red") });
    const { stdout } = await site.freehold(["plan"]);
    expect(stdout).toMatch(/ConfigMap extra/);
    expect(stdout).toMatch(/without Ingress extra/);
    await site.must(["up", "--yes"]);
    expect(await get("configmap/extra", "{.data.colour}")).toBe("red");
    expect(await get("ingress/extra", "{.metadata.name}")).toBe("");
  });
});
