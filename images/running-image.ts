import { chown, mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ExecResult, execOrFail } from "../src/lib/exec.ts";
import { imageStore } from "../test/world/images.ts";
import { createMachine, type Machine } from "../test/world/machine.ts";
import { eventually } from "../test/world/wait.ts";

/** The first user id of the 65,536 that a container has here. */
const firstUser = 268_435_456;

/** The user that the images run as, as the machine sees it. */
const imageUser = firstUser + 1000;

type Words = readonly [string, ...string[]];

/** A machine on which single images are tried. */
export type Bench = {
  readonly machine: Machine;
  podman(words: readonly string[]): Promise<ExecResult>;
  /** The reference under which an image of ours is in the store. */
  reference(image: string): Promise<string>;
  /** Makes a directory on the machine's disk that belongs to the image's user. */
  directory(name: string): Promise<string>;
  /** The same with so many MiB of room, in memory. This side sees what is in it by {@link Bench.seen}. */
  smallDisk(name: string, mebibytes: number): Promise<string>;
  /** Where this side finds a path of the machine. */
  seen(path: string): string;
};

/** A container of one image. */
export type RunningImage = {
  readonly address: string;
  /** Both streams of its log. */
  log(): Promise<string>;
  /** Stops and removes it, and starts another one from the same image with the same mounts. */
  replace(): Promise<RunningImage>;
};

/** Makes a machine with the images in its store. */
export async function createBench(): Promise<Bench> {
  const machine = await createMachine();
  const storage = join(machine.disk, "storage.conf");
  const settings = join(machine.disk, "containers.conf");
  await writeFile(
    storage,
    `[storage]\ndriver = "overlay"\ngraphroot = "${machine.disk}/storage"\nrunroot = "/run/podman"\n[storage.options]\nadditionalimagestores = ["${await imageStore()}"]\n`,
  );
  await writeFile(
    settings,
    '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "none"\n[containers]\ndefault_ulimits = ["nofile=1024:4096", "nproc=1024:1024"]\nlog_driver = "k8s-file"\nbase_hosts_file = "none"\n',
  );
  const env = {
    CONTAINERS_CONF: settings,
    CONTAINERS_STORAGE_CONF: storage,
    PODMAN_IGNORE_CGROUPSV1_WARNING: "1",
  };
  const call = [
    "podman",
    "--tmpdir",
    "/run/podman-tmp",
    "--network-config-dir",
    join(machine.disk, "networks"),
  ] as const;
  const bench: Bench = {
    machine,
    podman: (words) => machine.exec([...call, ...words], { env }),
    reference: async (image) => {
      const words = [
        "images",
        "--format",
        "{{.Repository}}:{{.Tag}}",
        "--filter",
        `reference=localhost/freehold/${image}`,
      ];
      return (await bench.podman(words)).stdout.trim().split("\n")[0] ?? "";
    },
    directory: async (name) => {
      const path = join(machine.disk, `mount-${name}`);
      await mkdir(path, { mode: 0o700 });
      await chown(path, imageUser, imageUser);
      return path;
    },
    smallDisk: async (name, mebibytes) => {
      const path = await bench.directory(name);
      const settings = `size=${mebibytes}m,mode=700,uid=${imageUser},gid=${imageUser}`;
      await machine.exec(["mount", "-t", "tmpfs", "-o", settings, "tmpfs", path]);
      return path;
    },
    seen: (path) => join(`/proc/${machine.pid()}/root`, path),
  };
  return bench;
}

/**
 * Starts an image under the constraints that freehold puts on it: a read-only root, no capability, no new privileges, users of
 * its own, little memory. Resolves when something listens on the port.
 */
export async function startImage(
  bench: Bench,
  image: string,
  options: {
    readonly port: number;
    readonly mounts: readonly string[];
    /** Its environment; default: the image's own. */
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<RunningImage> {
  const { port, mounts, env = {} } = options;
  const constraints = [
    ...["--read-only", "--cap-drop=all", "--security-opt=no-new-privileges", "--memory=256m", "--pids-limit=100"],
    ...[`--uidmap=0:${firstUser}:65536`, `--gidmap=0:${firstUser}:65536`],
  ];
  const reference = await bench.reference(image);
  const { code, stderr } = await bench.podman([
    ...["run", "--detach", `--name=${image}`],
    ...constraints,
    ...mounts.map((mount) => `--volume=${mount}`),
    ...Object.entries(env).map(([name, value]) => `--env=${name}=${value}`),
    reference,
  ]);
  if (code !== 0) throw new Error(`${image} did not start: ${stderr}`);
  const { stdout } = await bench.podman(["inspect", image, "--format={{.NetworkSettings.IPAddress}}"]);
  const address = stdout.trim();
  const log = async (): Promise<string> => {
    const { stdout: out, stderr: err } = await bench.podman(["logs", image]);
    return out + err;
  };
  await eventually(`${image} to listen on ${port}`, async () => {
    const knock: Words = ["bash", "-c", `exec 3<>/dev/tcp/${address}/${port}`];
    return (await bench.machine.exec(knock)).code === 0 ? true : undefined;
  }).catch(async (cause: unknown) => {
    throw new Error(`${image} does not answer; its log:\n${await log()}`, { cause });
  });
  return {
    address,
    log,
    replace: async () => {
      await bench.podman(["rm", "--force", "--time=10", image]);
      return startImage(bench, image, options);
    },
  };
}

/** Writes a new version into a live directory and switches to it at once, as freehold does. Values are the files' texts. */
export async function switchVersion(
  directory: string,
  version: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const target = join(directory, version, path);
    await mkdir(join(target, ".."), { recursive: true });
    await writeFile(target, text);
  }
  await execOrFail(["chown", "-R", `${imageUser}:${imageUser}`, directory]);
  await symlink(version, join(directory, "next"));
  await rename(join(directory, "next"), join(directory, "current"));
}
