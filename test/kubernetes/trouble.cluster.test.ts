import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kubectl } from "./trouble/kubectl.ts";
import { type ClusterSite, createClusterSite, type Upped } from "./trouble/site.ts";

const runs = "build: images/probe\nport: 8080\n";
const changed = `${runs}env: {GREETING: changed}\n`;

/** What each service is changed to, once something stands in its way. */
const wanted = {
  "services/admission.yaml": `${runs}env: {FORBIDDEN: "1"}\n`,
  "services/ending.yaml": changed,
  "services/fine.yaml": changed,
  "services/manager.yaml": changed,
  "services/pull.yaml": "image: registry.invalid/nobody/has:1\nport: 8080\n",
  "services/quota.yaml": `${runs}limits: {memory: 600M}\n`,
  "services/raw.yaml": `${runs}manifests:\n  - ${fixed("new")}\n`,
  "services/store.yaml": `${runs}\nstate: {data: /data}\n`,
  "services/taken.yaml": runs,
};

describe("a change of services of which each has its own trouble", () => {
  let site: ClusterSite;
  let upped: Upped;

  beforeAll(async () => {
    site = await createClusterSite({
      "services/admission.yaml": runs,
      "services/ending.yaml": runs,
      "services/fine.yaml": runs,
      "services/manager.yaml": runs,
      "services/pull.yaml": runs,
      "services/quota.yaml": `${runs}limits: {memory: 64M}\n`,
      "services/raw.yaml": `${runs}manifests:\n  - ${fixed("old")}\n`,
    });
    const first = await site.up();
    expect(first, first.stderr).toMatchObject({ code: 0, problems: [] });
    await standInTheWay(site);
    await site.write(wanted);
    upped = await site.up();
  }, 600_000);

  afterAll(async () => {
    await removeObstacles(site);
    await site.end();
  });

  test("a quota that a new version does not fit is told of, and the old version runs on", async () => {
    expect(problemOf(upped, "quota")).toMatchObject({
      code: expect.stringMatching(/^(QUOTA_EXCEEDED|POD_REFUSED)$/),
      message: expect.stringContaining("exceeded quota"),
      file: "services/quota.yaml",
    });
    expect(await memoryOf(site, "quota")).toBe(String(64 * 1024 ** 2));
    expect(await readyOf(site, "quota")).toBe("1");
  });

  test("what a policy of the cluster does not admit is told of in the policy's words", async () => {
    expect(problemOf(upped, "admission")).toMatchObject({
      code: "ADMISSION_REFUSED",
      message: expect.stringContaining("nobody may be FORBIDDEN here"),
      file: "services/admission.yaml",
      line: 1,
    });
    expect(await readyOf(site, "admission")).toBe("1");
  });

  test("fields that another tool manages are not taken from it: the problem names the tool", async () => {
    expect(problemOf(upped, "manager")).toMatchObject({
      code: "OBJECT_CONFLICT",
      message: expect.stringContaining("another-tool"),
      file: "services/manager.yaml",
    });
  });

  test("an image that nobody can pull leaves the old one running", async () => {
    expect(problemOf(upped, "pull")).toMatchObject({
      code: expect.stringMatching(/^IMAGE_PULL/),
      message: expect.stringContaining("registry.invalid"),
      file: "services/pull.yaml",
      line: 1,
    });
    expect(await readyOf(site, "pull")).toBe("1");
  });

  test("a field that cannot be changed is named, with how the object is made anew", async () => {
    expect(problemOf(upped, "raw")).toMatchObject({
      code: "OBJECT_IMMUTABLE",
      message: expect.stringContaining("fixed"),
      file: "services/raw.yaml",
      line: 4,
    });
    expect(await kubectl(["-n", site.namespace("raw"), "get", "configmap", "fixed", "-o", "jsonpath={.data.x}"])).toBe(
      "old",
    );
  });

  test("a storage class that is not there is named, at the line of the state", () => {
    expect(problemOf(upped, "store")).toMatchObject({
      code: "STORAGE_CLASS_MISSING",
      message: expect.stringContaining("no-such-class"),
      file: "services/store.yaml",
    });
  });

  test("a namespace of somebody else is left as it is", async () => {
    expect(problemOf(upped, "taken")).toMatchObject({
      code: "OBJECT_FOREIGN",
      message: expect.stringContaining(site.namespace("taken")),
      file: "services/taken.yaml",
    });
    expect(await kubectl(["get", "deployment,service", "-n", site.namespace("taken"), "-o", "name"])).toBe("");
  });

  test("a namespace that does not end is not waited for for ever", () => {
    expect(problemOf(upped, "ending")).toMatchObject({
      code: "OBJECT_LINGERS",
      message: expect.stringContaining(site.namespace("ending")),
      file: "services/ending.yaml",
    });
  });

  test("what has no trouble is changed", async () => {
    expect(problemOf(upped, "fine")).toBeUndefined();
    expect(await envOf(site, "fine")).toContain("changed");
    expect(upped.code).not.toBe(0);
  });

  test("what was held back goes on when a person asks for it, once nothing stands in its way", async () => {
    await removeObstacles(site);
    await site.write({ "services/pull.yaml": changed, "services/store.yaml": undefined });
    await site.writeEngine("");
    const held = ["admission", "ending", "manager", "pull", "quota", "raw", "taken"];
    const { code, stdout, stderr } = await site.freehold(["up", "--yes", ...held]);
    expect(code, stdout + stderr).toBe(0);
    for (const service of held) expect(await readyOf(site, service)).toBe("1");
  });
});

function fixed(value: string): string {
  return `{apiVersion: v1, kind: ConfigMap, metadata: {name: fixed}, immutable: true, data: {x: ${value}}}`;
}

/** The first problem of a service. */
function problemOf({ problems }: Upped, service: string) {
  return problems.find(({ id }) => id.split("/")[1] === service);
}

async function standInTheWay(site: ClusterSite): Promise<void> {
  const within = (service: string): string => site.namespace(service);
  await site.writeEngine("storage-class: no-such-class");
  await kubectl(["create", "namespace", within("taken")]);
  await kubectl(["-n", within("quota"), "create", "quota", "small", "--hard=limits.memory=200M"]);
  await kubectl(["create", "-f", "-"], admissionPolicy(site));
  await kubectl(["create", "-f", "-"], heldConfigMap(within("ending")));
  await kubectl(["delete", "namespace", within("ending"), "--wait=false"]);
  await kubectl(
    ["apply", "--server-side", "--force-conflicts", "--field-manager=another-tool", "-f", "-"],
    otherEnv(within("manager")),
  );
}

async function removeObstacles(site: ClusterSite): Promise<void> {
  await kubectl(["delete", "--ignore-not-found", "-f", "-"], admissionPolicy(site));
  await kubectl(["-n", site.namespace("quota"), "delete", "--ignore-not-found", "quota", "small"]);
  await kubectl(["delete", "--ignore-not-found", "namespace", site.namespace("taken")]);
  const held = ["-n", site.namespace("ending"), "get", "configmap", "held", "--ignore-not-found", "-o", "name"];
  if ((await kubectl(held)) !== "")
    await kubectl([
      "-n",
      site.namespace("ending"),
      "patch",
      "configmap",
      "held",
      "-p",
      '{"metadata":{"finalizers":null}}',
    ]);
  await kubectl(["-n", site.namespace("manager"), "delete", "--ignore-not-found", "deployment", "manager"]);
  await kubectl(["-n", site.namespace("raw"), "delete", "--ignore-not-found", "configmap", "fixed"]);
}

function admissionPolicy({ name, namespace }: ClusterSite): string {
  const inNamespace = { matchLabels: { "kubernetes.io/metadata.name": namespace("admission") } };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "List",
    items: [
      {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingAdmissionPolicy",
        metadata: { name },
        spec: {
          matchConstraints: {
            resourceRules: [
              {
                apiGroups: ["apps"],
                apiVersions: ["v1"],
                operations: ["CREATE", "UPDATE"],
                resources: ["deployments"],
              },
            ],
          },
          validations: [
            {
              expression:
                "object.spec.template.spec.containers.all(c, !has(c.env) || c.env.all(e, e.name != 'FORBIDDEN'))",
              message: "nobody may be FORBIDDEN here",
            },
          ],
        },
      },
      {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingAdmissionPolicyBinding",
        metadata: { name },
        spec: {
          policyName: name,
          validationActions: ["Deny"],
          matchResources: { namespaceSelector: inNamespace },
        },
      },
    ],
  });
}

/** What keeps its namespace from ending. */
function heldConfigMap(namespace: string): string {
  const metadata = { name: "held", namespace, finalizers: ["freehold.test/held"] };
  return JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata });
}

/** What another tool says of a service's environment. */
function otherEnv(namespace: string): string {
  const env = [{ name: "GREETING", value: "theirs" }];
  const spec = { template: { spec: { containers: [{ name: "manager", env }] } } };
  return JSON.stringify({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "manager", namespace }, spec });
}

function readyOf(site: ClusterSite, service: string): Promise<string> {
  return fieldOf(site, service, "{.status.readyReplicas}");
}

function memoryOf(site: ClusterSite, service: string): Promise<string> {
  return fieldOf(site, service, "{.spec.template.spec.containers[0].resources.limits.memory}");
}

function envOf(site: ClusterSite, service: string): Promise<string> {
  return fieldOf(site, service, "{.spec.template.spec.containers[0].env}");
}

function fieldOf(site: ClusterSite, service: string, path: string): Promise<string> {
  return kubectl(["-n", site.namespace(service), "get", "deployment", service, "-o", `jsonpath=${path}`]);
}
