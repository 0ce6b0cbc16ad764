import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { exec, execOrFail } from "../../src/lib/exec.ts";
import { cache, imageStore } from "./images.ts";
import { checkout } from "./machine.ts";
import { eventually } from "./wait.ts";

/** The cluster of this machine, when it is that which tests know how to load images onto. */
export const lab = [process.env.KUBE_LAB, resolve(checkout, "../shared/kube-lab/kube-lab")].find(
  (path) => path !== undefined && existsSync(path),
);

/**
 * Loads every image of the tests' store onto the nodes, unless they have them: one that is there is pushed nowhere. On a cluster that we cannot
 * load onto, freehold pushes what it needs to the cluster's own registry, which takes longer.
 */
export async function loadImages(): Promise<void> {
  if (lab === undefined || !(await isLab())) return;
  const store = await imageStore();
  const directory = join(cache, "cluster");
  const settings = join(directory, "storage.conf");
  await mkdir(directory, { recursive: true });
  await writeFile(
    settings,
    `[storage]\ndriver = "overlay"\ngraphroot = "${directory}/storage"\nrunroot = "${directory}/run"\n[storage.options]\nadditionalimagestores = ["${store}"]\n`,
  );
  const env = { ...process.env, CONTAINERS_STORAGE_CONF: settings, PODMAN_IGNORE_CGROUPSV1_WARNING: "1" };
  // Asked again under the lock: whoever had it before us may have loaded them.
  await execOrFail(["flock", join(directory, "lock"), process.execPath, import.meta.filename], {
    env: { ...env, FREEHOLD_TEST_LOAD: "1" },
    timeout: 300_000,
  });
}

/** Whether the cluster that is asked is the one of this machine. */
export async function isLab(): Promise<boolean> {
  const { stdout } = await exec([
    "kubectl",
    "config",
    "view",
    "--minify",
    "-o",
    "jsonpath={.clusters[0].cluster.server}",
  ]);
  return stdout === "https://10.111.0.1:6443";
}

/** The name under which freehold's registry in a cluster is pulled. */
const registry = "docker.io/library/registry:2";

async function loadMissing(): Promise<void> {
  const images = (await execOrFail(["podman", "images", "--format", "{{.Repository}}:{{.Tag}}"])).split("\n");
  const own = images.find((name) => name.startsWith("localhost/freehold/registry:")) ?? "";
  await execOrFail(["podman", "tag", own, registry]);
  const wanted = [registry, ...images.filter((name) => name.startsWith("localhost/"))];
  const missing = await missingOnNodes(wanted);
  if (missing.length === 0) return;
  await execOrFail([lab ?? "", "load", ...missing], { timeout: 240_000 });
  // Nodes tell what they have a while later.
  await eventually(
    "the nodes to tell of their images",
    async () => ((await missingOnNodes(wanted)).length === 0 ? true : undefined),
    90_000,
  );
}

async function missingOnNodes(wanted: readonly string[]): Promise<readonly string[]> {
  const template = '{range .items[*]}{.status.images[*].names[*]}{"\\n"}{end}';
  const printed = await execOrFail(["kubectl", "get", "nodes", "-o", `jsonpath=${template}`]);
  const there = printed
    .trim()
    .split("\n")
    .map((line) => new Set(line.split(" ").map((name) => name.replace(/^\["(.*)"\]$/, "$1"))));
  return wanted.filter((name) => there.some((names) => !names.has(name)));
}

if (process.env.FREEHOLD_TEST_LOAD !== undefined) await loadMissing();
