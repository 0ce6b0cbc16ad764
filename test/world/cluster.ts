import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { systemClock } from "../../src/lib/clock.ts";
import { type ExecOptions, type ExecResult, exec, execOrFail, start } from "../../src/lib/exec.ts";
import { accessFrom } from "../../src/providers/kubernetes/client/access-from.ts";
import { kubeClient } from "../../src/providers/kubernetes/client/kube-client.ts";
import { nodeImage } from "../kubernetes/node-image.ts";
import { loadImages } from "./cluster-images.ts";
import { imageStore } from "./images.ts";
import { type ClientPlace, checkout, machinesDirectory } from "./machine.ts";
import { unmountAbandoned } from "./mounts.ts";
import { makePerson, peopleYaml } from "./person.ts";
import type { SiteFiles, SiteOfClients, SiteStatus } from "./site.ts";
import { eventually } from "./wait.ts";

/** A site `example.org` on the cluster that KUBECONFIG leads to, brought up from this machine, and the clients of its users. */
export type ClusterSite = SiteOfClients & {
  /** Another one for each test, so that several share a cluster. */
  readonly name: string;
  /** Its directory. */
  readonly directory: string;
  write(files: SiteFiles): Promise<void>;
  /** Any command of freehold, in its directory. */
  freehold(words: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** `freehold up --yes`, which must succeed; from then on names lead to the front door. */
  mustUp(): Promise<void>;
  status(): Promise<SiteStatus>;
  /** kubectl, which must succeed; what it printed. */
  kubectl(words: readonly string[]): Promise<string>;
  /** Takes it away with everything that it keeps. */
  end(): Promise<void>;
};

type Words = readonly [string, ...string[]];

/** The names of a site's front door. */
const names = ["blog", "calendar", "chat", "git", "mail", "tasks", "echo", "alone", "nobody"].map(
  (name) => `${name}.example.org`,
);

/**
 * Makes a site with these services of the catalogue, added as a person does, and two people. Nothing of it is in the cluster before `up`. What
 * looks into pods is a small image of the tests, unless it is to be freehold's own, which is made in minutes.
 */
export async function createClusterSite(
  services: readonly string[],
  files: SiteFiles = {},
  helper: "of tests" | "freehold's own" = "of tests",
): Promise<ClusterSite> {
  await loadImages();
  await mkdir(machinesDirectory, { recursive: true, mode: 0o711 });
  const disk = await mkdtemp(join(machinesDirectory, `${process.pid}-cluster-`));
  const directory = join(disk, "site");
  const devices = join(disk, "devices");
  const hosts = join(disk, "hosts");
  const authority = join(disk, "authority.pem");
  const name = `t${randomBytes(3).toString("hex")}`;
  await mkdir(directory);
  const env: NodeJS.ProcessEnv = {
    ...{ PATH: process.env.PATH, KUBECONFIG: process.env.KUBECONFIG, HOME: disk, LANG: "C.UTF-8" },
    ...{ FREEHOLD_ROOT: join(disk, "root"), FREEHOLD_RUN: join(disk, "run") },
    ...{ FREEHOLD_IMAGE_STORE: await imageStore() },
    ...(helper === "of tests" ? { FREEHOLD_HELPER_IMAGE: await helperImage() } : {}),
  };
  const kubectl = (words: readonly string[]): Promise<string> =>
    execOrFail(["kubectl", ...words], { timeout: 120_000 });
  const freehold: ClusterSite["freehold"] = (words, options = {}) =>
    // Mounts of its own: Podman, which builds images, leaves one of its storage behind.
    exec(["unshare", "--mount", join(checkout, "bin/freehold"), ...words], {
      ...{ cwd: directory, env, timeout: 240_000 },
      ...options,
    });
  const must: ClusterSite["must"] = async (words) => {
    const { code, stdout, stderr } = await freehold(words);
    if (code !== 0) throw new Error(`freehold ${words.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  };
  const write: ClusterSite["write"] = async (written) => {
    for (const [path, text] of Object.entries(written)) {
      const target = join(directory, path);
      await mkdir(dirname(target), { recursive: true });
      await (text === undefined ? rm(target) : writeFile(target, text));
    }
  };
  const context = (await kubectl(["config", "current-context"])).trim();
  await cp(join(import.meta.dirname, "lab/images"), join(directory, "images"), { recursive: true });
  await write({
    "site.yaml": `name: ${name}\ndomain: example.org\nengine: {kubernetes: {context: ${context}}}\n`,
    ...files,
  });
  for (const service of services) await must(["add", service]);
  const [ada, ben] = [await makePerson("ada", devices), await makePerson("ben", devices)];
  await write({ "people.yaml": peopleYaml([ada, ben]) });

  let door = "";
  const machine: ClientPlace = {
    disk,
    get door() {
      return door;
    },
    exec: (argv, options = {}) =>
      exec(withHosts(hosts, argv), {
        timeout: 120_000,
        cwd: disk,
        ...options,
        env: { ...process.env, ...options.env },
      }),
    start: async (argv, { cwd = disk } = {}) => {
      const child = start(withHosts(hosts, argv), { cwd, stdio: ["pipe", "pipe", "pipe"] });
      return { process: child, pid: child.pid ?? 0 };
    },
  };
  return {
    ...{ name, directory, ada, ben, authority, machine, freehold, must, kubectl, write },
    mustUp: async () => {
      await must(["up", "--yes"]);
      door = await doorOf(kubectl, name);
      await writeFile(hosts, `127.0.0.1 localhost\n${door} example.org ${names.join(" ")}\n`);
      const pem = "jsonpath={.data.authority\\.pem}";
      const sealed = await kubectl(["get", "secret", "authority", "-n", `${name}-front`, "-o", pem]);
      await writeFile(authority, Buffer.from(sealed, "base64"));
    },
    status: async () => {
      const status: SiteStatus = JSON.parse((await freehold(["status", "--json"])).stdout);
      return status;
    },
    curl: (words, options = {}) =>
      machine.exec(["curl", "-sS", "--connect-timeout", "10", "--cacert", authority, ...words], options),
    end: async () => {
      await kubectl(["delete", "namespaces", "-l", `freehold.dev/site=${name}`, "--wait=false"]);
      await unmountAbandoned(disk);
      await rm(disk, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A small one that test files share, so that no site has to bring freehold's own. */
async function helperImage(): Promise<string> {
  const client = kubeClient(await accessFrom(process.env, undefined, systemClock), systemClock);
  try {
    return await nodeImage(client);
  } finally {
    await client.close();
  }
}

/** Runs a program that finds these names instead of the machine's own. */
function withHosts(hosts: string, argv: Words): Words {
  return ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', hosts, ...argv];
}

/** The address that the load balancer gave the front door. */
function doorOf(kubectl: ClusterSite["kubectl"], name: string): Promise<string> {
  const path = 'jsonpath={.items[?(@.spec.type=="LoadBalancer")].status.loadBalancer.ingress[0].ip}';
  return eventually("the front door to have an address", async () => {
    const printed = await kubectl(["get", "services", "-n", `${name}-front`, "-o", path]);
    return printed.trim() === "" ? undefined : printed.trim();
  });
}
