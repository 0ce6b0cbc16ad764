import { chown, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exec, execOrFail } from "../../src/lib/exec.ts";
import { accounts } from "../world/accounts.ts";
import { type ClusterSite, createClusterSite } from "../world/cluster.ts";
import { isLab, lab } from "../world/cluster-images.ts";
import { startCrowd } from "../world/crowd.ts";
import { machinesDirectory } from "../world/machine.ts";
import { eventually } from "../world/wait.ts";

/** The node that goes. Names and balanced addresses of the lab live on the other one. */
const victim = "node-2";
const doors = { domain: "example.org", https: 443, imaps: 993, submissions: 465 };
const volumes = join(machinesDirectory, "moving-volumes");
let site: ClusterSite;

/** A volume that every node sees, as a storage network would give it. */
async function createMovingVolume(): Promise<void> {
  await mkdir(volumes, { recursive: true });
  await chown(volumes, 1000, 1000);
  const marks = { labels: { "freehold-test": "moving" } };
  const items = [
    {
      ...{ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "moving", ...marks } },
      ...{ provisioner: "kubernetes.io/no-provisioner", volumeBindingMode: "WaitForFirstConsumer" },
    },
    {
      ...{ apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "moving", ...marks } },
      spec: {
        ...{ capacity: { storage: "100Gi" }, accessModes: ["ReadWriteOnce"], storageClassName: "moving" },
        ...{ persistentVolumeReclaimPolicy: "Retain", hostPath: { path: volumes } },
      },
    },
  ];
  await execOrFail(["kubectl", "apply", "-f", "-"], {
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
  });
}

// Only ever on a cluster of this machine's own: nodes of others are not ours to break.
describe.skipIf(!(await isLab()))("a node of the cluster", () => {
  beforeAll(async () => {
    await keepNamesElsewhere();
    await createMovingVolume();
    await execOrFail(["kubectl", "cordon", "node-1"]); // state and one-of-a-kind begin on the node that goes
    site = await createClusterSite(["calendar"], {
      "services/echo.yaml":
        "build: images/probe\nport: 8080\nexpose: public\nreplicas: 3\nhealth: {path: /, every: 2s}\n",
      "services/alone.yaml": "build: images/probe\nport: 8080\nexpose: public\nhealth: {path: /, every: 2s}\n",
    });
    await site.write({
      "site.yaml": `name: ${site.name}\ndomain: example.org\nengine: {kubernetes: {context: lab, storage-class: moving}}\n`,
    });
    await site.mustUp().finally(() => execOrFail(["kubectl", "uncordon", "node-1"]));
    for (const workload of ["echo/echo", "front/haproxy"]) {
      const [service, part] = workload.split("/");
      await site.kubectl(["rollout", "restart", "-n", `${site.name}-${service}`, `deployment/${part}`]);
      await site.kubectl(["rollout", "status", "-n", `${site.name}-${service}`, `deployment/${part}`]);
    }
    await calendar().keep(site.ada);
  });
  afterAll(async () => {
    await exec([lab ?? "", "start", victim]);
    await exec(["kubectl", "uncordon", "node-1", victim]);
    await exec(["kubectl", "taint", "nodes", victim, "node.kubernetes.io/out-of-service-"]);
    await site?.end();
    await exec(["kubectl", "delete", "persistentvolume,storageclass", "-l", "freehold-test=moving", "--wait=false"]);
    await rm(volumes, { recursive: true, force: true });
  });

  test("that is emptied costs no visitor of a service that runs several times", async () => {
    const crowd = await startCrowd(site.machine, "echo.example.org", 100);
    await site.kubectl([
      "drain",
      victim,
      ...emptying,
      `--pod-selector=freehold.dev/site=${site.name},freehold.dev/part in (echo,haproxy)`,
    ]);
    await delay(2000);
    const report = await crowd.end();
    await site.kubectl(["uncordon", victim]);
    expect(report.wrong).toEqual({});
  });

  test("that loses its power is missed by nobody for more than a minute, and the state that it held is named", async () => {
    await moveHere("alone");
    await execOrFail([lab ?? "", "kill", victim]);
    const from = Date.now();
    await answers("echo", 60_000);
    await answers("alone", 90_000);
    process.stderr.write(`without a node: alone answered after ${Math.round((Date.now() - from) / 1000)} s\n`);
    const { services } = await site.status();
    const state = Object.fromEntries(services.map((service) => [service.name, service.state]));
    expect(state).toMatchObject({ echo: "healthy", alone: "healthy", calendar: "unhealthy" });
    expect((await site.freehold(["status"])).stdout).toContain(`the node ${victim} does not answer`);
  });

  test("that somebody declares lost gives up its state to another that sees the volume", async () => {
    await site.kubectl(["taint", "nodes", victim, "node.kubernetes.io/out-of-service=lost:NoExecute"]);
    const from = Date.now();
    await eventually("the calendar to be back", async () => ((await has()) ? true : undefined), 120_000);
    process.stderr.write(`state of a lost node: back after ${Math.round((Date.now() - from) / 1000)} s\n`);
  });
});

const emptying = ["--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=120s"];

function calendar() {
  const found = accounts(site, doors).find(({ service }) => service === "calendar");
  if (found === undefined) throw new Error("expected an account of the calendar");
  return found;
}

function has(): Promise<boolean> {
  return calendar()
    .has(site.ada)
    .catch(() => false);
}

async function answers(host: string, milliseconds: number): Promise<void> {
  await eventually(
    `${host} to answer three times in a row`,
    async () => {
      for (let times = 0; times < 3; times += 1) {
        const { code, stdout } = await site.curl(["--max-time", "3", `https://${host}.example.org/`]);
        if (code !== 0 || !stdout.includes('"path": "/"')) return undefined;
      }
      return true;
    },
    milliseconds,
  );
}

/** Has the only pod of a service run on the node that goes. */
async function moveHere(service: string): Promise<void> {
  await site.kubectl(["cordon", "node-1"]);
  const namespace = `${site.name}-${service}`;
  await site.kubectl(["rollout", "restart", "-n", namespace, `deployment/${service}`]);
  await site.kubectl(["rollout", "status", "-n", namespace, `deployment/${service}`]);
  await site.kubectl(["uncordon", "node-1"]);
}

/** The cluster's names are served by one pod, which must not go with the node: that is the lab's, not what is tried here. */
async function keepNamesElsewhere(): Promise<void> {
  const place = ["-n", "kube-system", "-l", "k8s-app=kube-dns"];
  const node = await execOrFail(["kubectl", "get", "pods", ...place, "-o", "jsonpath={.items[*].spec.nodeName}"]);
  if (!node.includes(victim)) return;
  await execOrFail(["kubectl", "cordon", victim]);
  await execOrFail(["kubectl", "delete", "pods", ...place]);
  await execOrFail(["kubectl", "rollout", "status", "-n", "kube-system", "deployment/coredns"], { timeout: 60_000 });
  await execOrFail(["kubectl", "uncordon", victim]);
}
