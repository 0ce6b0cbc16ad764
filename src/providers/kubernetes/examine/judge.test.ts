import { describe, expect, test } from "vitest";
import { objectKinds } from "../client/object-kinds.ts";
import { judgeClock } from "./clock.ts";
import { judgeBalancer, judgeHostPorts } from "./door.ts";
import { judgeLostNodes } from "./lost-nodes.ts";
import { judgeNames } from "./names.ts";
import { judgeNodes } from "./nodes.ts";
import { judgePermissions } from "./permissions.ts";
import { judgePolicies } from "./policies.ts";
import { judgeRegistry } from "./registry.ts";
import { judgeStorage } from "./storage.ts";
import { judgeVersion } from "./version.ts";

describe("doctor on a cluster", () => {
  test("takes a version that is maintained, whatever a distribution adds, and warns of one before admission policies", () => {
    expect(judgeVersion("v1.36.3+k3s1", "home")).toMatchObject({ state: "fine" });
    expect(judgeVersion("v1.29.9", "home")).toMatchObject({ state: "warning" });
    expect(judgeVersion("v2.0.0", "home")).toMatchObject({ state: "fine" });
  });

  test("says what we may not do, by thing, with a command for who grants it", () => {
    const refused = ["create", "patch"].map((verb) => ({ kind: objectKinds.secret, verb, verbs: [verb] }));
    const found = judgePermissions(refused, 90);
    expect(found).toMatchObject({ state: "wrong", found: "we may not create, patch secrets" });
    expect(found.fix).toContain("kubectl create clusterrolebinding");
    expect(judgePermissions([], 90).state).toBe("fine");
  });

  test("says when nobody may declare silent nodes lost although site.yaml asks for it", () => {
    const after = 120_000;
    expect(judgeLostNodes({ after, controller: "may" })).toMatchObject({
      state: "fine",
      found: expect.stringContaining("after 120 s"),
    });
    expect(judgeLostNodes({ after, controller: "may not" })).toMatchObject({
      state: "warning",
      fix: expect.stringContaining("freehold install again"),
    });
    expect(judgeLostNodes({ after, controller: "none" }).found).toContain("no controller");
  });

  describe("about storage", () => {
    const named = (name: string, provisioner: string, isDefault = true) => ({ name, provisioner, isDefault });
    const facts = { boundVolumes: new Set<string>(), keepsState: true };

    test("knows volumes that move from those that stay with their node", () => {
      expect(judgeStorage({ ...facts, classes: [named("longhorn", "driver.longhorn.io")] }).state).toBe("fine");
      expect(judgeStorage({ ...facts, classes: [named("local-path", "rancher.io/local-path")] }).state).toBe("warning");
    });

    test("believes the volumes that are there more than the name of who made them", () => {
      const classes = [named("own", "example.org/own")];
      expect(judgeStorage({ ...facts, classes }).found).toContain("is not known");
      expect(judgeStorage({ ...facts, classes, boundVolumes: new Set(["own"]) }).state).toBe("warning");
    });

    test("misses a default, or the class that site.yaml names, and only a site with state suffers", () => {
      const classes = [named("slow", "nfs.csi.k8s.io", false)];
      expect(judgeStorage({ ...facts, classes })).toMatchObject({ state: "wrong", fix: expect.stringMatching(/slow/) });
      expect(judgeStorage({ ...facts, classes, keepsState: false }).state).toBe("warning");
      expect(judgeStorage({ ...facts, classes, wanted: "slow" }).state).toBe("fine");
      expect(judgeStorage({ ...facts, classes, wanted: "fast" }).found).toContain("no storage class fast");
    });
  });

  describe("about the front door", () => {
    test("believes an address more than a name, and misses one that was never given", () => {
      expect(judgeBalancer([{ isOurs: true, addresses: ["10.1.1.1"] }], []).state).toBe("fine");
      expect(judgeBalancer([{ isOurs: true, addresses: [] }], ["speaker"]).state).toBe("wrong");
    });

    test("looks for who might give one while there is no front door", () => {
      expect(judgeBalancer([], ["kube-proxy", "speaker"]).state).toBe("fine");
      expect(judgeBalancer([{ isOurs: false, addresses: ["10.1.1.1"] }], []).state).toBe("fine");
      expect(judgeBalancer([], ["kube-proxy"])).toMatchObject({ state: "warning" });
    });

    test("names who has the ports of nodes", () => {
      expect(judgeHostPorts([80, 443], []).state).toBe("fine");
      expect(judgeHostPorts([80, 443], ["443: ingress/nginx-x"]).found).toContain("ingress/nginx-x");
    });
  });

  test("wants a resolver that answers for cluster.local", () => {
    const corefile = (zones: string) => `.:53 {\n    errors\n    kubernetes ${zones} in-addr.arpa ip6.arpa {\n    }\n}`;
    expect(judgeNames(2, true, corefile("cluster.local")).state).toBe("fine");
    expect(judgeNames(2, true, "").state).toBe("fine");
    expect(judgeNames(0, true, corefile("cluster.local")).state).toBe("wrong");
    expect(judgeNames(0, false, "").state).toBe("warning");
    expect(judgeNames(2, true, corefile("home.lan"))).toMatchObject({ state: "wrong", found: "names end in home.lan" });
  });

  test("knows who enforces policies, and that flannel alone does not", () => {
    expect(judgePolicies(["kube-proxy", "calico-node"], []).state).toBe("fine");
    expect(judgePolicies(["kube-flannel-ds", "canal"], []).state).toBe("fine");
    expect(judgePolicies(["kube-flannel-ds"], []).state).toBe("wrong");
    expect(judgePolicies([], ["v1.33.1+k3s1"]).state).toBe("fine");
    expect(judgePolicies(["kube-proxy"], ["v1.33.1"]).state).toBe("warning");
  });

  test("names nodes that do not answer, take nothing or are short of something, and misses all only when none is left", () => {
    const node = (name: string, more: object = {}) => ({ name, ready: true, cordoned: false, short: [], ...more });
    expect(judgeNodes([node("a"), node("b")]).state).toBe("fine");
    const troubled = [
      node("a"),
      node("b", { ready: false }),
      node("c", { cordoned: true }),
      node("d", { short: ["DiskPressure"] }),
    ];
    expect(judgeNodes(troubled)).toMatchObject({
      state: "warning",
      found: "2 of 4 take pods: b does not answer; c takes no new pods; d has DiskPressure",
    });
    expect(judgeNodes([node("a", { ready: false })]).state).toBe("wrong");
    expect(judgeNodes([]).state).toBe("wrong");
  });

  test("minds clocks that differ by more than the second that it can see", () => {
    expect(judgeClock(900).state).toBe("fine");
    expect(judgeClock(-12_000)).toMatchObject({
      state: "warning",
      found: "the cluster's is 12 s behind this machine's",
    });
    expect(judgeClock(120_000).state).toBe("wrong");
  });

  test("takes a registry that asks who we are for one that answers", () => {
    expect(judgeRegistry("registry.example.org/home", 401).state).toBe("fine");
    expect(judgeRegistry("registry.example.org/home", 404).state).toBe("warning");
  });
});
