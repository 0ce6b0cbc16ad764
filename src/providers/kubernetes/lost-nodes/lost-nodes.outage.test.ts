import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock as clock } from "../../../lib/clock.ts";
import { execOrFail } from "../../../lib/exec.ts";
import { listAt, textAt } from "../../../lib/json.ts";
import { problemOf } from "../../../lib/problem.ts";
import type { Mount } from "../../../resource/kinds/container.ts";
import type { LostNodes } from "../../lost-nodes.ts";
import { accessFrom } from "../client/access-from.ts";
import type { KubeClient, KubeObject } from "../client/client.ts";
import { kubeClient } from "../client/kube-client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { podState } from "../pod.ts";
import { controllerPolicy } from "../rbac/policy.ts";
import { controllerRoles, serviceBinding } from "../rbac/roles.ts";
import { annotations, labels } from "../translate/marks.ts";
import { whySilent } from "../why-silent.ts";
import { clusterLostNodes } from "./lost-nodes.ts";

const site = "tglost";
const [front, calendar] = [`${site}-front`, `${site}-calendar`];
/** Nodes that are objects alone: one that a test speaks for, and one that nobody has spoken for since long ago. */
const [awake, silent] = [`${site}-awake`, `${site}-silent`];
const twoMinutes = 120_000;
const background = { propagation: "Background" } as const;
const taint = { key: "node.kubernetes.io/out-of-service", value: "freehold", effect: "NoExecute" };

describe("a node of a cluster that is silent, to the controller of a site", () => {
  let admin: KubeClient;
  let controller: KubeClient;
  let nodes: LostNodes;
  let speaking: NodeJS.Timeout | undefined;
  const { signal } = new AbortController();

  const object = (
    apiVersion: string,
    kind: string,
    metadata: KubeObject["metadata"],
    rest: object = {},
  ): KubeObject => ({
    ...{ apiVersion, kind, metadata },
    ...rest,
  });
  const say = async (name: string, status: string, minutesAgo: number): Promise<void> => {
    const lastTransitionTime = new Date(clock.now() - minutesAgo * 60_000).toISOString().replace(/\.\d+Z/, "Z");
    const lastHeartbeatTime = status === "True" ? new Date(clock.now()).toISOString().replace(/\.\d+Z/, "Z") : null;
    const ready = { type: "Ready", status, reason: "Tried", message: "", lastTransitionTime, lastHeartbeatTime };
    const body = { status: { conditions: [ready] } };
    await admin.patch(objectKinds.node, undefined, name, body, "merge", { subresource: "status" });
  };
  const taintsOf = async (name: string): Promise<readonly unknown[]> => {
    const node = await admin.get(objectKinds.node, undefined, name);
    return listAt(node, "spec", "taints").filter((one) => textAt(one, "key") === taint.key);
  };
  const makePod = async (): Promise<void> => {
    const notes = { [annotations.id]: "container/calendar/calendar" };
    const metadata = { name: "calendar-0", namespace: calendar, annotations: notes };
    await admin.apply(object("v1", "Pod", metadata, { spec: pod }), { force: true });
  };
  const codeOf = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => "done",
      (thrown: unknown) => problemOf(thrown).code,
    );
  const whyOf = async (mounts: readonly Mount[] = state): Promise<string | undefined> => {
    const found = await admin.get(objectKinds.pod, calendar, "calendar-0");
    return found && (await whySilent({ client: admin, nodeLostAfter: twoMinutes }, { mounts }, podState(found)))?.got;
  };
  const changed = (body: object): Promise<string> =>
    codeOf(controller.patch(objectKinds.node, undefined, awake, body, "merge", { dryRun: true }));

  beforeAll(async () => {
    const access = await accessFrom(process.env);
    admin = kubeClient(access, clock);
    const own = (name: string) => object("v1", "Namespace", { name, labels: { [labels.site]: site } });
    for (const each of [
      own(front),
      own(calendar),
      object("v1", "ServiceAccount", { name: "controller", namespace: front }),
      object("v1", "ServiceAccount", { name: "service", namespace: calendar }),
      ...controllerRoles(site, ["lost nodes"]),
      ...controllerPolicy(site, ["lost nodes"]),
      serviceBinding(site, front, "front"),
      object("v1", "Node", { name: awake }),
      object("v1", "Node", { name: silent }),
      object("v1", "PersistentVolume", { name: `${site}-events` }, { spec: volume }),
      object("v1", "PersistentVolumeClaim", { name: "events", namespace: calendar }, { spec: claim }),
    ])
      await admin.apply(each, { force: true });
    await say(awake, "True", 10);
    await say(silent, "Unknown", 10);
    speaking = setInterval(() => void say(awake, "True", 10).catch(() => {}), 5000);
    await makePod();
    const { KUBECONFIG, PATH } = process.env;
    const token = await execOrFail(["kubectl", "-n", front, "create", "token", "controller"], {
      env: { KUBECONFIG, PATH },
    });
    controller = kubeClient({ ...access, credentials: async () => ({ token: token.trim() }) }, clock);
    const unasked = async (): Promise<never> => {
      throw new Error("nobody asks for this here");
    };
    const images = { present: unasked, bring: unasked };
    const parts = { images, open: unasked, helperImage: async () => "localhost/none/none:0" };
    nodes = clusterLostNodes(() => ({ site, client: controller, clock, ...parts }));
    // a policy is in force some moments after it was made
    const until = clock.elapsed() + 30_000;
    while ((await changed({ spec: { unschedulable: true } })) === "done" && clock.elapsed() < until)
      await clock.sleep(200);
  });

  afterAll(async () => {
    clearInterval(speaking);
    await controller?.close();
    for (const each of [...controllerPolicy(site), ...controllerRoles(site)])
      await admin.remove(await admin.kindOf(each), undefined, each.metadata.name, background);
    await admin.remove(objectKinds.pod, calendar, "calendar-0", { ...background, grace: 0 });
    for (const name of [awake, silent]) await admin.remove(objectKinds.node, undefined, name, background);
    for (const name of [front, calendar]) await admin.remove(objectKinds.namespace, undefined, name, background);
    for (const name of ["events", "bound"])
      await admin.remove(objectKinds.persistentVolume, undefined, `${site}-${name}`, background);
    await admin.close();
  });

  test("is nothing to be changed but by our own word", async () => {
    for (const body of [
      { metadata: { labels: { mine: "now" } } },
      { metadata: { finalizers: ["example.org/held"] } },
      { metadata: { annotations: { mine: "now" } } },
      { spec: { unschedulable: true } },
      { spec: { taints: [{ ...taint, value: "nodeshutdown" }] } },
      { spec: { taints: [{ key: "mine", effect: "NoExecute" }] } },
    ])
      expect([body, await changed(body)]).toEqual([body, "ADMISSION_REFUSED"]);
    const taints = listAt(await admin.get(objectKinds.node, undefined, awake), "spec", "taints");
    expect(await changed({ spec: { taints: [...taints, taint] } })).toBe("done");
    expect(await codeOf(controller.remove(objectKinds.node, undefined, awake, background))).toBe("CLUSTER_REFUSED");
    const status = controller.patch(objectKinds.node, undefined, awake, { status: {} }, "merge", {
      subresource: "status",
    });
    expect(await codeOf(status)).toBe("CLUSTER_REFUSED");
    expect(await taintsOf(awake)).toEqual([]);
  });

  test("is left alone while nobody asks for more, or it has not been silent for long enough", async () => {
    expect((await nodes.look(site, undefined, signal)).words).toEqual([]);
    expect((await nodes.look(site, 3_600_000, signal)).words).toEqual([]);
    expect(await taintsOf(silent)).toEqual([]);
    expect(await whyOf()).toBe(
      `the node ${silent} does not answer; its state moves when it is declared lost, after 2 min of silence`,
    );
    expect(await whyOf([])).toBe(`the node ${silent} does not answer`);
  });

  test("is left alone when no other that answers could have the volume, and that is why its state waits", async () => {
    const matchExpressions = [{ key: "kubernetes.io/hostname", operator: "In", values: [silent] }];
    const own = { nodeSelectorTerms: [{ matchExpressions }] };
    const bound = object(
      "v1",
      "PersistentVolume",
      { name: `${site}-bound` },
      { spec: { ...volume, nodeAffinity: { required: own } } },
    );
    await admin.apply(bound, { force: true });
    const claimed = { ...claim, volumeName: `${site}-bound` };
    await admin.apply(
      object("v1", "PersistentVolumeClaim", { name: "bound", namespace: calendar }, { spec: claimed }),
      {
        force: true,
      },
    );
    const volumes = [{ name: "events", persistentVolumeClaim: { claimName: "bound" } }];
    const metadata = { name: "calendar-0", namespace: calendar };
    await admin.remove(objectKinds.pod, calendar, "calendar-0", { ...background, grace: 0 });
    await admin.apply(object("v1", "Pod", metadata, { spec: { ...pod, volumes } }), { force: true });
    expect(await nodes.look(site, twoMinutes, signal)).toMatchObject({ words: [], spared: [] });
    expect(await whyOf()).toBe(`the node ${silent} does not answer, and no other that does can have its volume`);
    await admin.remove(objectKinds.pod, calendar, "calendar-0", { ...background, grace: 0 });
    await makePod();
  });

  test("is looked after by one more, who is there for as long as somebody asks for it", async () => {
    await nodes.post(site, twoMinutes);
    await nodes.post(site, twoMinutes);
    const lookout = await admin.get(objectKinds.deployment, front, "lookout");
    expect(JSON.stringify(lookout?.spec)).toContain('"--node-lost-after","120000"');
    await nodes.post(site, undefined);
    await nodes.post(site, undefined);
    expect(await admin.get(objectKinds.deployment, front, "lookout")).toBeUndefined();
    expect(await admin.get(objectKinds.networkPolicy, front, "lookout")).toBeUndefined();
  });

  test("is declared lost once, and what waited on it is taken from it by the cluster", async () => {
    const found = await nodes.look(site, twoMinutes, signal);
    expect(found).toMatchObject({ spared: [], isAnyLost: false });
    const word = { node: silent, word: "lost", containers: ["container/calendar/calendar"] };
    expect(found.words).toMatchObject([word]);
    expect(await taintsOf(silent)).toEqual([]); // looking says nothing
    const from = clock.elapsed();
    expect(await nodes.say(site, twoMinutes, signal)).toMatchObject([word]);
    expect(await taintsOf(silent)).toMatchObject([taint]);
    expect((await whyOf()) ?? "was declared lost").toContain("was declared lost");
    expect(await nodes.say(site, twoMinutes, signal)).toEqual([]);
    const isThere = async (): Promise<boolean> =>
      (await admin.get(objectKinds.pod, calendar, "calendar-0")) !== undefined;
    await expect.poll(isThere, { timeout: 90_000, interval: 500 }).toBe(false);
    process.stderr.write(`the pod of a lost node was gone after ${Math.round((clock.elapsed() - from) / 1000)} s\n`);
    expect(await nodes.look(site, undefined, signal)).toMatchObject({ words: [], isAnyLost: true });
  });

  test("takes part again when it answers, also when nobody asks for more any longer; what others say of it stays", async () => {
    await admin.patch(
      ...[objectKinds.node, undefined, silent],
      { spec: { taints: [taint, { key: "theirs", effect: "NoSchedule" }] } },
      "merge",
    );
    await say(silent, "True", 0);
    // others write to a node that comes back, and then it is left for the next time
    const words = async () => (await nodes.say(site, undefined, signal)).map(({ node, word }) => [node, word]);
    await expect.poll(words, { timeout: 20_000 }).toEqual([[silent, "back"]]);
    expect(await taintsOf(silent)).toEqual([]);
    const node = await admin.get(objectKinds.node, undefined, silent);
    expect(listAt(node, "spec", "taints")).toContainEqual({ key: "theirs", effect: "NoSchedule" });
    expect(await nodes.say(site, undefined, signal)).toEqual([]);
  });
});

const state: readonly Mount[] = [{ source: "volume/calendar/calendar/events", target: "/events", live: false }];
const volume = {
  ...{ capacity: { storage: "1Mi" }, accessModes: ["ReadWriteOnce"], storageClassName: "" },
  ...{ persistentVolumeReclaimPolicy: "Retain", hostPath: { path: "/nowhere" } },
};
const claim = {
  ...{ accessModes: ["ReadWriteOnce"], storageClassName: "", volumeName: `${site}-events` },
  resources: { requests: { storage: "1Mi" } },
};
const pod = {
  ...{ nodeName: silent, serviceAccountName: "service", automountServiceAccountToken: false },
  containers: [{ name: "calendar", image: "localhost/none/none:0" }],
  volumes: [{ name: "events", persistentVolumeClaim: { claimName: "events" } }],
};
