import { once } from "node:events";
import { chown, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exec, execOrFail, start } from "../../src/lib/exec.ts";
import { accounts } from "../world/accounts.ts";
import { type ClusterSite, createClusterSite } from "../world/cluster.ts";
import { isLab, lab } from "../world/cluster-images.ts";
import { startCrowd } from "../world/crowd.ts";
import { imageStore } from "../world/images.ts";
import { checkout, machinesDirectory } from "../world/machine.ts";
import { eventually } from "../world/wait.ts";

/** The node that goes. Names and balanced addresses of the lab live on the other one. */
const victim = "node-2";
const doors = { domain: "example.org", https: 443, imaps: 993, submissions: 465 };
const volumes = join(machinesDirectory, "moving-volumes");
let site: ClusterSite;
/** The controller's process, on this machine, so that no image of it must be made. */
let controller: Controller | undefined;
/** When the power went. */
let killed = 0;

type Controller = { said(): string; end(): Promise<void> };

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
      "site.yaml": `name: ${site.name}\ndomain: example.org\nengine: {kubernetes: {context: lab, storage-class: moving, node-lost-after: 1m}}\n`,
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
    await controller?.end();
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
    controller = await startController();
    await execOrFail([lab ?? "", "kill", victim]);
    killed = Date.now();
    await answers("echo", 60_000);
    await answers("alone", 90_000);
    process.stderr.write(`without a node: alone answered after ${secondsSince(killed)} s\n`);
    const { services } = await site.status();
    const state = Object.fromEntries(services.map((service) => [service.name, service.state]));
    expect(state).toMatchObject({ echo: "healthy", alone: "healthy", calendar: "unhealthy" });
    expect((await site.freehold(["status"])).stdout).toContain(`the node ${victim} does not answer`);
  });

  test("that is silent for longer than site.yaml bears is declared lost, and its state is back elsewhere within five minutes", async () => {
    await eventually("the calendar to be back", async () => ((await has()) ? true : undefined), 300_000);
    const seconds = secondsSince(killed);
    process.stderr.write(`state of a node without power: back after ${seconds} s\n`);
    expect(seconds).toBeLessThan(300);
    expect(controller?.said()).toMatch(
      new RegExp(`the node ${victim} .* was declared lost: the state of calendar moves`),
    );
    expect(await taintsOf(victim)).toContain("node.kubernetes.io/out-of-service=freehold");
  }, 330_000);

  test("that is back takes part again, by itself", async () => {
    await execOrFail([lab ?? "", "start", victim]);
    const from = Date.now();
    const isWelcome = async () => ((await taintsOf(victim)).includes("out-of-service") ? undefined : true);
    await eventually("the node to be welcome", isWelcome, 120_000);
    process.stderr.write(`a node with power again: welcome after ${secondsSince(from)} s\n`);
    expect(await has()).toBe(true);
  });
});

function secondsSince(moment: number): number {
  return Math.round((Date.now() - moment) / 1000);
}

async function taintsOf(node: string): Promise<string> {
  const path = "jsonpath={range .spec.taints[*]}{.key}={.value} {end}";
  return site.kubectl(["get", "node", node, "-o", path]);
}

async function startController(): Promise<Controller> {
  const { disk } = site.machine;
  const child = start([join(checkout, "bin/freehold"), "supervise", "--site-name", site.name], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...{ PATH: process.env.PATH, KUBECONFIG: process.env.KUBECONFIG, HOME: disk, LANG: "C.UTF-8" },
      ...{ FREEHOLD_ROOT: join(disk, "root"), FREEHOLD_RUN: join(disk, "run"), FREEHOLD_CONTROLLER: site.name },
      FREEHOLD_IMAGE_STORE: await imageStore(),
      FREEHOLD_HELPER_IMAGE: "localhost/none/lookout:0", // the lookout is tried elsewhere: this one never starts
    },
  });
  let said = "";
  child.stdout?.on("data", (bytes: Buffer) => {
    said += bytes.toString("utf8");
  });
  const ended = once(child, "exit");
  return {
    said: () => said,
    end: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

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
