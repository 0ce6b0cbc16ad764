import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock as clock } from "../../../lib/clock.ts";
import { execOrFail } from "../../../lib/exec.ts";
import { problemOf } from "../../../lib/problem.ts";
import { accessFrom } from "../client/access-from.ts";
import type { KubeClient, KubeObject } from "../client/client.ts";
import { kubeClient } from "../client/kube-client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { labels } from "../translate/marks.ts";
import { inCluster, inServices } from "./needs.ts";
import { controllerPolicy } from "./policy.ts";
import { bindingName, clusterNames, controllerRoles, serviceBinding } from "./roles.ts";

const site = "tgrbac";
const front = `${site}-front`;
const others = "tgrbac-is-not-ours";

describe("what the controller in a cluster may do", () => {
  let admin: KubeClient;
  let controller: KubeClient;

  const object = (
    apiVersion: string,
    kind: string,
    name: string,
    namespace: string | undefined,
    rest: object = {},
  ) => ({
    ...{ apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } },
    ...rest,
  });
  const namespaceNamed = (name: string, of?: string): KubeObject => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, ...(of !== undefined && { labels: { [labels.site]: of } }) },
  });
  async function codeOf(work: Promise<unknown>): Promise<string> {
    try {
      await work;
      return "done";
    } catch (thrown) {
      return problemOf(thrown).code;
    }
  }
  const applied = (what: KubeObject): Promise<string> => codeOf(controller.apply(what, { force: true }));

  const tried = (): Promise<string> =>
    codeOf(controller.apply(namespaceNamed("tgrbac-probe"), { force: true, dryRun: true }));

  beforeAll(async () => {
    const access = await accessFrom(process.env);
    admin = kubeClient(access, clock);
    for (const each of [
      namespaceNamed(front, site),
      namespaceNamed(others),
      object("v1", "ServiceAccount", "controller", front),
      object("v1", "Secret", "theirs", others, { stringData: { word: "hush" } }),
      ...controllerRoles(site),
      ...controllerPolicy(site),
      serviceBinding(site, front, "front"),
    ])
      await admin.apply(each, { force: true });
    const { KUBECONFIG, PATH } = process.env;
    const token = await execOrFail(["kubectl", "-n", front, "create", "token", "controller"], {
      env: { KUBECONFIG, PATH },
    });
    controller = kubeClient({ ...access, credentials: async () => ({ token: token.trim() }) }, clock);
    // a policy is in force some moments after it was made
    const until = clock.elapsed() + 30_000;
    while ((await tried()) !== "ADMISSION_REFUSED" && clock.elapsed() < until) await clock.sleep(200);
  });

  afterAll(async () => {
    await controller?.close();
    const { cluster, service } = clusterNames(site);
    const [policy, binding] = controllerPolicy(site);
    for (const each of [policy, binding]) {
      if (each === undefined) continue;
      await admin.remove(await admin.kindOf(each), undefined, each.metadata.name, { propagation: "Background" });
    }
    await admin.remove(objectKinds.clusterRoleBinding, undefined, cluster, { propagation: "Background" });
    for (const name of [cluster, service])
      await admin.remove(objectKinds.clusterRole, undefined, name, { propagation: "Background" });
    for (const name of [front, others, "tgrbac-blog", "tgrbac-front-of-another"])
      await admin.remove(objectKinds.namespace, undefined, name, { propagation: "Background" });
    await admin.close();
  });

  test("is all that a site needs, in the cluster and in the site's own namespaces", async () => {
    const refused: string[] = [];
    for (const [namespace, all] of [
      [undefined, inCluster],
      [front, inServices],
    ] as const)
      for (const { kind, verbs, subresource } of all)
        for (const verb of verbs)
          if (!(await controller.review(verb, kind, namespace, subresource))) refused.push(`${verb} ${kind.plural}`);
    expect(refused).toEqual([]);
  });

  test("is to make a namespace for a new service, let itself in, and work there", async () => {
    expect(await applied(namespaceNamed("tgrbac-blog", site))).toBe("done");
    const secret = object("v1", "Secret", "own", "tgrbac-blog", { stringData: { a: "b" } });
    expect(await applied(secret)).toBe("CLUSTER_REFUSED");
    expect(await applied(serviceBinding(site, "tgrbac-blog", "blog"))).toBe("done");
    await expect.poll(() => applied(secret), { timeout: 10_000 }).toBe("done");
    expect(await codeOf(controller.get(objectKinds.secret, "tgrbac-blog", "own"))).toBe("done");
    const lease = object("coordination.k8s.io/v1", "Lease", "freehold", front);
    expect(await codeOf(controller.apply(lease, { force: true }))).toBe("done");
  });

  test("is not to read the Secrets of others, one by one or all", async () => {
    expect(await codeOf(controller.get(objectKinds.secret, others, "theirs"))).toBe("CLUSTER_REFUSED");
    expect(await codeOf(Array.fromAsync(controller.list(objectKinds.secret, {})))).toBe("CLUSTER_REFUSED");
    expect(await codeOf(Array.fromAsync(controller.list(objectKinds.configMap, {})))).toBe("CLUSTER_REFUSED");
  });

  test("is not to let itself in elsewhere, nor anybody else anywhere", async () => {
    for (const namespace of [others, "kube-system", "default"])
      expect(await applied(serviceBinding(site, namespace, "front"))).toBe("ADMISSION_REFUSED");
    const mine = serviceBinding(site, front, "front");
    const stranger = { kind: "ServiceAccount", name: "default", namespace: front };
    expect(await applied({ ...mine, subjects: [stranger] })).toBe("ADMISSION_REFUSED");
    const admins = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
    const named = { ...mine, metadata: { ...mine.metadata, name: `${bindingName}-too` } };
    expect(await applied({ ...named, roleRef: admins })).toBe("ADMISSION_REFUSED");
    const wide = { ...mine, kind: "ClusterRoleBinding", metadata: { name: "tgrbac-wide" } };
    expect(await applied(wide)).toBe("CLUSTER_REFUSED");
  });

  test("is not to touch namespaces that are not the site's, nor to make them the site's", async () => {
    expect(await applied(namespaceNamed("kube-system", site))).toBe("ADMISSION_REFUSED");
    expect(await applied(namespaceNamed(others, site))).toBe("ADMISSION_REFUSED");
    expect(await applied(namespaceNamed("tgrbac-front-of-another", "another"))).toBe("ADMISSION_REFUSED");
    expect(await applied(namespaceNamed(front, "another"))).toBe("ADMISSION_REFUSED");
    const gone = controller.remove(objectKinds.namespace, undefined, others, { propagation: "Background" });
    expect(await codeOf(gone)).toBe("ADMISSION_REFUSED");
  });

  test("is not to run commands, change its own rules, or read what nodes know, elsewhere", async () => {
    const may = async (...[verb, kind, namespace, subresource]: Parameters<KubeClient["review"]>): Promise<boolean> =>
      controller.review(verb, kind, namespace, subresource);
    expect(await may("create", objectKinds.pod, "kube-system", "exec")).toBe(false);
    expect(await may("get", objectKinds.pod, "kube-system", "log")).toBe(false);
    expect(await may("create", objectKinds.pod, "kube-system")).toBe(false);
    expect(await may("patch", objectKinds.clusterRole)).toBe(false);
    expect(await may("escalate", objectKinds.clusterRole)).toBe(false);
    expect(await may("get", objectKinds.node, undefined, "proxy")).toBe(false);
    expect(await may("impersonate", objectKinds.serviceAccount)).toBe(false);
    expect(await may("patch", objectKinds.node)).toBe(false);
  });
});
