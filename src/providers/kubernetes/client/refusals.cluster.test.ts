import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { ownNamespace, problemFrom } from "../../../../test/kubernetes/own-namespace.ts";
import { systemClock } from "../../../lib/clock.ts";
import type { Access, Credentials } from "./access.ts";
import { accessFrom } from "./access-from.ts";
import type { KubeClient, KubeObject } from "./client.ts";
import { kubeClient } from "./kube-client.ts";
import { objectKinds } from "./object-kinds.ts";

const { name: namespace, client, configMap, another } = await ownNamespace();

/** A client with these credentials instead of ours, for this test. */
async function clientAs(credentials: Credentials, change: Partial<Access> = {}): Promise<KubeClient> {
  const access = { ...(await accessFrom(process.env)), credentials: async () => credentials, ...change };
  const made = kubeClient(access, systemClock);
  onTestFinished(() => made.close());
  return made;
}

/** The token of a service account that may do nothing yet. */
async function tokenOf(name: string): Promise<string> {
  await client.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } });
  return (await promisify(execFile)("kubectl", ["create", "token", name, "-n", namespace])).stdout.trim();
}

describe("who may not do something", () => {
  test("is told who he is, what it was and which rule is missing; with that rule he may", async () => {
    const token = await tokenOf("weak");
    const weak = await clientAs({ token });
    const problem = await problemFrom(weak.apply(configMap("refused"), { force: false }));
    expect(problem).toMatchObject({
      code: "CLUSTER_REFUSED",
      kind: "user",
      message: `system:serviceaccount:${namespace}:weak may not patch ConfigMap refused in ${namespace}`,
      hint: expect.stringMatching(new RegExp(`^allow it in a Role of ${namespace}: \\{ `)),
    });
    expect(JSON.stringify(problem)).not.toContain(token);
    expect(await weak.review("patch", objectKinds.configMap, namespace)).toBe(false);

    const hint = typeof problem === "object" && problem !== null && "hint" in problem ? String(problem.hint) : "";
    const rule = parse(hint.slice(hint.indexOf("{")));
    const rbac = "rbac.authorization.k8s.io";
    const metadata = { name: "weak", namespace };
    await client.create({ apiVersion: `${rbac}/v1`, kind: "Role", metadata, rules: [rule] });
    const subjects = [{ kind: "ServiceAccount", name: "weak", namespace }];
    const roleRef = { apiGroup: rbac, kind: "Role", name: "weak" };
    await client.create({ apiVersion: `${rbac}/v1`, kind: "RoleBinding", metadata, subjects, roleRef });
    await expect
      .poll(
        () =>
          weak.apply(configMap("refused"), { force: false }).then(
            () => "done",
            () => "refused",
          ),
        { timeout: 10_000 },
      )
      .toBe("done");
  });

  test("is refused for reading, listing, watching, logs and commands alike, never given an empty answer", async () => {
    const weak = await clientAs({ token: await tokenOf("weaker") });
    const { pod } = objectKinds;
    const refused = { code: "CLUSTER_REFUSED" };
    const signal = AbortSignal.timeout(5_000);
    const streams = { onStdout: () => {}, onStderr: () => {} };
    expect(await problemFrom(weak.get(pod, namespace, "x"))).toMatchObject(refused);
    expect(await problemFrom(Array.fromAsync(weak.list(pod, {})))).toMatchObject({
      ...refused,
      hint: 'allow it in a ClusterRole: { apiGroups: [""], resources: ["pods"], verbs: ["list"] }',
    });
    expect(await problemFrom(Array.fromAsync(weak.watch(pod, { namespace, signal })))).toMatchObject(refused);
    expect(await problemFrom(Array.fromAsync(weak.logs(namespace, "x", "c", {})))).toMatchObject({
      ...refused,
      hint: expect.stringContaining('resources: ["pods/log"]'),
    });
    expect(await problemFrom(weak.exec(namespace, "x", "c", ["true"], streams))).toMatchObject({
      ...refused,
      hint: expect.stringContaining('resources: ["pods/exec"], verbs: ["create"]'),
    });
    expect(signal.aborted).toBe(false);
  });

  test("is unknown with a token that is none, which is not repeated", async () => {
    const problem = await problemFrom((await clientAs({ token: "not-a-token" })).get(objectKinds.pod, namespace, "x"));
    expect(problem).toMatchObject({ code: "CLUSTER_REFUSED", got: "401" });
    expect(JSON.stringify(problem)).not.toContain("not-a-token");
  });

  test("with another authority does not talk to the cluster at all", async () => {
    const stranger = await clientAs({}, { authority: "" });
    expect(await problemFrom(stranger.version())).toMatchObject({ code: "CLUSTER_UNTRUSTED" });
  });
});

describe("an object that the cluster does not take", () => {
  test("because somebody else manages its fields is told with his name and the fields; by force it is ours", async () => {
    await client.apply(configMap("theirs", { a: "1", b: "1" }), { force: false, manager: "anna" });
    const ours = configMap("theirs", { a: "2", b: "1" });
    expect(await problemFrom(client.apply(ours, { force: false }))).toMatchObject({
      code: "OBJECT_CONFLICT",
      kind: "user",
      message: `ConfigMap theirs in ${namespace}: anna set fields that this site sets, too`,
      detail: [".data.a is managed by anna"],
    });
    expect(await client.apply(ours, { force: true })).toMatchObject({ data: { a: "2" } });
  });

  test("because it was changed meanwhile may be tried again", async () => {
    const { metadata } = await client.create(configMap("stale"));
    await client.patch(objectKinds.configMap, namespace, "stale", { data: { a: "1" } }, "merge");
    const late = { metadata: { resourceVersion: metadata.resourceVersion }, data: { a: "2" } };
    expect(await problemFrom(client.patch(objectKinds.configMap, namespace, "stale", late, "merge"))).toMatchObject({
      code: "OBJECT_CONFLICT",
      kind: "transient",
    });
  });

  test("because it is there already, or is not, or its namespace is not", async () => {
    await client.create(configMap("twice"));
    expect(await problemFrom(client.create(configMap("twice")))).toMatchObject({ code: "OBJECT_EXISTS" });
    const { configMap: kind } = objectKinds;
    expect(await problemFrom(client.patch(kind, namespace, "none", {}, "merge"))).toMatchObject({
      code: "OBJECT_MISSING",
    });
    const elsewhere = configMap("x", {}, { namespace: "ta-there-is-no-such" });
    expect(await problemFrom(client.apply(elsewhere, { force: false }))).toMatchObject({
      code: "OBJECT_MISSING",
      message: expect.stringContaining("namespace ta-there-is-no-such"),
    });
  });

  test("of a kind that the cluster lacks", async () => {
    const kind = { apiVersion: "none.example/v1", kind: "Nothing", plural: "nothings", namespaced: true };
    const unknown = { code: "KIND_UNKNOWN", kind: "user" };
    const metadata = { name: "x", namespace };
    expect(await problemFrom(client.apply({ ...kind, metadata }, { force: false }))).toMatchObject(unknown);
    expect(await problemFrom(client.get(kind, namespace, "x"))).toMatchObject(unknown);
    expect(await problemFrom(Array.fromAsync(client.list(kind, {})))).toMatchObject(unknown);
    expect(await problemFrom(client.remove(kind, namespace, "x", { propagation: "Background" }))).toMatchObject(
      unknown,
    );
    const missingHere = { ...kind, apiVersion: "v1" };
    expect(await problemFrom(client.get(missingHere, namespace, "x"))).toMatchObject(unknown);
  });

  test("because of a field that there is none, a value of the wrong type or a name that is none", async () => {
    const invalid = { code: "OBJECT_INVALID", kind: "user" };
    const typo = { ...configMap("typo"), dataa: {} };
    expect(await problemFrom(client.apply(typo, { force: false }))).toMatchObject({
      ...invalid,
      message: expect.stringContaining(".dataa"),
    });
    expect(await problemFrom(client.create(typo))).toMatchObject({
      ...invalid,
      message: expect.stringContaining("dataa"),
    });
    const wrong = { ...configMap("wrong"), data: { a: ["x"] } };
    expect(await problemFrom(client.apply(wrong, { force: false }))).toMatchObject(invalid);
    expect(await problemFrom(client.apply(configMap("No_Name"), { force: false }))).toMatchObject({
      ...invalid,
      detail: [expect.stringContaining("metadata.name")],
    });
  });

  test("because it is larger than the cluster can keep, or than it takes at all, which does not pass", async () => {
    for (const size of [2_000_000, 4_000_000]) {
      const containers = [{ name: "c", image: "x", args: ["x".repeat(size)] }];
      const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "large", namespace }, spec: { containers } };
      expect(await problemFrom(client.create(pod))).toMatchObject({
        code: "OBJECT_INVALID",
        kind: "user",
        message: expect.stringMatching(/large/),
      });
    }
  });

  test("when it is a Secret, without a word of what is in it", async () => {
    for (const stringData of [{ a: 47_114_711 }, { a: ["very-secret"] }]) {
      const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace }, stringData };
      for (const work of [() => client.apply(secret, { force: false }), () => client.create(secret)]) {
        const problem = await problemFrom(work());
        expect(problem).toMatchObject({ code: "OBJECT_INVALID" });
        expect(JSON.stringify(problem)).not.toMatch(/47114711|very-secret/);
      }
    }
  });

  test.each(fixed())("because %s can never be changed", async (_, object, change) => {
    await client.create(object);
    const changed = { ...object, ...change };
    expect(await problemFrom(client.apply(changed, { force: true }))).toMatchObject({
      code: "OBJECT_IMMUTABLE",
      kind: "user",
      hint: expect.stringContaining("kubectl delete"),
    });
  });

  test("because a quota is used up is told with the quota", async () => {
    const full = await another();
    const metadata = { name: "small", namespace: full };
    await client.create({ apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard: { services: "0" } } });
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "x", namespace: full },
      spec: { ports: [{ port: 80 }] },
    };
    await expect
      .poll(() => client.apply(service, { force: false, dryRun: true }).catch((thrown) => thrown.problem), {
        timeout: 20_000,
      })
      .toMatchObject({
        code: "QUOTA_EXCEEDED",
        kind: "user",
        message: expect.stringMatching(/small.*services=1.*services=0/),
      });
  });

  test("because of the namespace's level of Pod Security is told with what it demands", async () => {
    const strict = await another({ "pod-security.kubernetes.io/enforce": "restricted" });
    const containers = [{ name: "c", image: "x", securityContext: { privileged: true } }];
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: strict }, spec: { containers } };
    expect(await problemFrom(client.apply(pod, { force: false }))).toMatchObject({
      code: "ADMISSION_REFUSED",
      kind: "user",
      message: expect.stringMatching(/restricted.*privileged/),
    });
  });

  test("because of a rule of whoever runs the cluster is told with his words", async () => {
    const strict = await another();
    await policy(strict, "object.metadata.name != 'bad'", "names must be good");
    const bad = configMap("bad", {}, { namespace: strict });
    await expect
      .poll(() => client.apply(bad, { force: false, dryRun: true }).catch((thrown) => thrown.problem), {
        timeout: 30_000,
      })
      .toMatchObject({ code: "ADMISSION_REFUSED", message: expect.stringContaining("names must be good") });
  });

  test("because its namespace is going may be tried again later", async () => {
    const going = await another();
    const held = configMap("held", {}, { namespace: going, finalizers: ["freehold.dev/test"] });
    await client.create(held);
    await client.remove(objectKinds.namespace, undefined, going, { propagation: "Background" });
    const problem = await problemFrom(client.apply(configMap("new", {}, { namespace: going }), { force: false }));
    await client.patch(objectKinds.configMap, going, "held", { metadata: { finalizers: null } }, "merge");
    expect(problem).toMatchObject({ code: "NAMESPACE_ENDING", kind: "transient" });
  });
});

/** Objects with a change that their kind never takes. */
function fixed(): [string, KubeObject, object][] {
  const metadata = { name: "fixed", namespace };
  const template = (app: string): object => ({
    metadata: { labels: { app } },
    spec: { restartPolicy: "Always", containers: [{ name: "c", image: "x" }] },
  });
  const workload = (kind: string, app: string): KubeObject => ({
    apiVersion: "apps/v1",
    kind,
    metadata,
    spec: { replicas: 0, serviceName: "x", selector: { matchLabels: { app } }, template: template(app) },
  });
  const { serviceName: _, ...plain } = Object(workload("Deployment", "a").spec);
  const deployment = { ...workload("Deployment", "a"), spec: plain };
  const claim = (storage: string): object => ({
    accessModes: ["ReadWriteOnce"],
    storageClassName: "ta-none",
    resources: { requests: { storage } },
  });
  return [
    [
      "what a Deployment selects",
      deployment,
      { spec: { ...plain, selector: { matchLabels: { app: "b" } }, template: template("b") } },
    ],
    [
      "the service of a StatefulSet",
      workload("StatefulSet", "a"),
      { spec: { ...Object(workload("StatefulSet", "a").spec), serviceName: "y" } },
    ],
    [
      "the size of a claim that is not bound",
      { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec: claim("2Gi") },
      { spec: claim("1Gi") },
    ],
    ["an immutable ConfigMap", { ...configMap("fixed", { a: "1" }), immutable: true }, { data: { a: "2" } }],
    [
      "the type of a Secret",
      { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque" },
      { type: "example.org/other" },
    ],
    [
      "the address of a Service",
      { apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ port: 80 }] } },
      { spec: { clusterIP: "None", ports: [{ port: 80 }] } },
    ],
  ];
}

/** A rule for the ConfigMaps of one namespace, taken away with the test. */
async function policy(namespaceName: string, expression: string, message: string): Promise<void> {
  const apiVersion = "admissionregistration.k8s.io/v1";
  const name = `${namespaceName}.freehold.dev`;
  const rules = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["configmaps"] }];
  const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": namespaceName } };
  for (const kind of ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"]) {
    const found = await client.kindOf({ apiVersion, kind });
    onTestFinished(() => client.remove(found, undefined, name, { propagation: "Background" }));
  }
  const matchConstraints = { resourceRules: rules, namespaceSelector };
  const validations = [{ expression, message }];
  await client.create({
    apiVersion,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name },
    spec: { matchConstraints, validations },
  });
  const spec = { policyName: name, validationActions: ["Deny"] };
  await client.create({ apiVersion, kind: "ValidatingAdmissionPolicyBinding", metadata: { name }, spec });
}
