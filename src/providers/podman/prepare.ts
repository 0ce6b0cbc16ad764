import { access, chmod, constants, mkdir, readFile, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { isErrno, writeAtomically } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import type { Roots } from "../layout.ts";
import { findUserNamespaces } from "../machine-users.ts";
import { prepareNamespaceDirectory } from "./namespace-directory.ts";
import { type Places, podmanPlaces } from "./places.ts";
import { chooseRuntime, containersConf, hardLimit, storageConf } from "./settings.ts";

/** How Podman is called: the words before its command, and its environment. */
export type PodmanCall = {
  readonly argv: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
  readonly places: Places;
  /** Whether the kernel lets us make user namespaces here: not in a chroot, and not where somebody has forbidden it. */
  readonly hasUserNamespaces: boolean;
};

/**
 * Makes the directories and settings of the private Podman and says how to call it. May be called by several processes at
 * the same time. Problem: `RUNTIME_MISSING` when Podman or a runtime for it is not installed.
 */
export async function preparePodman(roots: Roots): Promise<PodmanCall> {
  const places = podmanPlaces(roots);
  const [podman, crun, runc] = await Promise.all(["podman", "crun", "runc"].map(findProgram));
  if (podman === undefined) missing("podman", "podman");
  const mounts = await readFile("/proc/self/mounts", "utf8");
  const found = [...(crun === undefined ? [] : ["crun"]), ...(runc === undefined ? [] : ["runc"])];
  const runtime = chooseRuntime(mounts, found) ?? missing("crun or runc", "runc");
  const limits = await readFile("/proc/self/limits", "utf8");
  const facts = {
    runtime,
    systemd: (await readFile("/proc/1/comm", "utf8")).trim() === "systemd",
    openFiles: hardLimit(limits, "Max open files"),
    processes: hardLimit(limits, "Max processes"),
  };
  await forgetOtherBoot(places);
  await makeDirectories(roots, places);
  await prepareNamespaceDirectory(places);
  await Promise.all([
    writeAtomically(places.containersConf, containersConf(facts), 0o644),
    writeAtomically(places.storageConf, storageConf(places, roots), 0o644),
  ]);
  return {
    argv: [podman, "--tmpdir", places.tmp, "--network-config-dir", places.networks],
    env: environment(places),
    places,
    hasUserNamespaces: await findUserNamespaces(),
  };
}

/** The path of an installed program, also in the directories that a plain user's PATH lacks. */
export async function findProgram(name: string): Promise<string | undefined> {
  const directories = [
    ...(process.env.PATH ?? "").split(delimiter),
    "/usr/local/sbin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
  ];
  for (const directory of directories.filter((each) => each.startsWith("/"))) {
    const path = join(directory, name);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch (thrown) {
      if (!isErrno(thrown, "ENOENT", "EACCES", "ENOTDIR")) throw thrown;
    }
  }
  return undefined;
}

function missing(what: string, debianPackage: string): never {
  return fail("RUNTIME_MISSING", `expected ${what} on this machine, got nothing`, {
    expected: what,
    hint: `apt-get install ${debianPackage}`,
  });
}

/** After a reboot nothing runs, whatever the files say, should the run directory have survived on a disk. */
async function forgetOtherBoot(places: Places): Promise<void> {
  const now = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
  try {
    if ((await readFile(places.boot, "utf8")) === now) return;
    await rm(places.run, { recursive: true, force: true });
  } catch (thrown) {
    if (!isErrno(thrown, "ENOENT")) throw thrown;
  }
  await mkdir(places.run, { recursive: true, mode: 0o711 });
  await writeAtomically(places.boot, now, 0o644);
}

async function makeDirectories(roots: Roots, places: Places): Promise<void> {
  // The runtime opens what it mounts from inside the container's user namespace: it must be able to pass.
  const passable = [roots.root, roots.run, places.root, places.run];
  for (const path of [...passable, places.tmp, places.networks, places.api]) {
    const made = await mkdir(path, { recursive: true, mode: passable.includes(path) ? 0o711 : 0o700 });
    if (made !== undefined && passable.includes(path)) await chmod(path, 0o711);
  }
}

function environment(places: Places): NodeJS.ProcessEnv {
  const { NOTIFY_SOCKET: _notify, LISTEN_FDS: _fds, LISTEN_PID: _pid, ...rest } = process.env;
  return {
    ...rest,
    CONTAINERS_CONF: places.containersConf,
    CONTAINERS_STORAGE_CONF: places.storageConf,
    PODMAN_IGNORE_CGROUPSV1_WARNING: "1",
  };
}
