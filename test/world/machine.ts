import type { ChildProcess } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type ExecOptions, type ExecResult, exec, start } from "../../src/lib/exec.ts";
import { removeAbandoned } from "./abandoned.ts";
import { removeControlGroups } from "./control-groups.ts";
import { createNamespace, type Namespace, onlyChild } from "./namespace.ts";
import { addresses, cable } from "./network.ts";

/** The checkout that is being tested. */
export const checkout = resolve(import.meta.dirname, "../..");

/** Where test machines have their disks. Podman's storage needs a real file system, which /tmp may not be. */
export const machinesDirectory = "/var/tmp/freehold-test";

/** How a machine is made. */
export type MachineOptions = {
  /** A read-only store of images that it shares; see images.ts. */
  readonly imageStore?: string;
  /** Names that its programs resolve to its own loopback address. */
  readonly names?: readonly string[];
};

/** Where the clients of a site's users run. */
export type ClientPlace = {
  /** A directory for their files. */
  readonly disk: string;
  /** The address at which they find the front door; names lead there, too. */
  readonly door: string;
  exec(argv: Words, options?: ExecOptions): Promise<ExecResult>;
  /** Starts a program that goes on; its input and output are pipes. */
  start(argv: Words, options?: { readonly cwd?: string }): Promise<Running>;
};

/** A program that runs on a machine. */
export type Running = {
  readonly process: ChildProcess;
  /** Its process id as this side sees it. */
  readonly pid: number;
};

type Words = readonly [string, ...string[]];

/**
 * A machine for a test: processes, mounts, network and shared memory of its own, one disk, a cable to the internet and one to a
 * home network where every address answers. Nothing in it can be seen or reached from another, or outlive it.
 */
export type Machine = ClientPlace & {
  /** Its disk: an ordinary directory on this side, by the same path inside. */
  readonly disk: string;
  /** FREEHOLD_ROOT, on its disk. */
  readonly root: string;
  /** A directory on its disk for the site; `freehold` runs there. */
  readonly site: string;
  /** The machine's first process, as this side sees it. */
  pid(): number;
  /** Runs bin/freehold in the site's directory, as a person would. */
  freehold(words: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Runs a program outside: on the internet and in the home network. */
  outside(argv: Words, options?: ExecOptions): Promise<ExecResult>;
  /** Starts a program outside that goes on, at most until the machine ends; its input and output are pipes. */
  startOutside(argv: Words): ChildProcess;
  /** Everything that runs stops at once; the disk stays. */
  cutPower(): Promise<void>;
  /** Starts it again after a power cut, empty but for its disk; what a boot would start is the test's to start. */
  boot(): Promise<void>;
  /** Takes everything away, disk included. */
  end(): Promise<void>;
};

/** Every machine of this process that has not ended, so that none is forgotten. */
const living = new Set<Machine>();

/** Makes a machine and switches it on. */
export async function createMachine(options: MachineOptions = {}): Promise<Machine> {
  await mkdir(machinesDirectory, { recursive: true, mode: 0o711 });
  await removeAbandoned(machinesDirectory);
  const disk = await mkdtemp(join(machinesDirectory, `${process.pid}-`));
  await chmod(disk, 0o711); // users of containers pass through it
  const root = join(disk, "root");
  const site = join(disk, "site");
  for (const path of [root, site, join(disk, "etc"), join(disk, "home"), join(disk, "tmp")])
    await mkdir(path, { mode: 0o755 });
  const names = ["localhost", "attic", ...(options.names ?? [])].join(" ");
  await writeFile(join(disk, "etc/hosts"), `127.0.0.1 ${names}\n::1 localhost\n`);
  await writeFile(join(disk, "etc/resolv.conf"), `nameserver ${addresses.router}\n`);
  const env: NodeJS.ProcessEnv = {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: join(disk, "home"),
    TMPDIR: join(disk, "tmp"),
    LANG: "C.UTF-8",
    FREEHOLD_ROOT: root,
    ...(options.imageStore === undefined ? {} : { FREEHOLD_IMAGE_STORE: options.imageStore }),
  };

  const visitors = new Set<ChildProcess>();
  let power: { readonly inside: Namespace; readonly outside: Namespace } | undefined;
  const boot = async (): Promise<void> => {
    const outside = await createNamespace(
      ["--net"],
      [process.execPath, join(import.meta.dirname, "outside-server.ts")],
    );
    const flags = ["--mount", "--pid", "--net", "--uts", "--ipc"];
    const inside = await createNamespace(flags, [join(import.meta.dirname, "init.sh"), disk]);
    power = { inside, outside };
    await cable(inside.pid, outside.pid);
  };
  const on = (): NonNullable<typeof power> => {
    if (power === undefined) throw new Error("expected a machine that is on, got one without power");
    return power;
  };
  const enter = (argv: Words, cwd: string): [string, ...string[]] => {
    return ["nsenter", "-t", `${on().inside.pid}`, "-r", "-m", "-p", "-n", "-u", "-i", `--wdns=${cwd}`, ...argv];
  };
  const run = (argv: Words, { cwd, env: more, ...rest }: ExecOptions): Promise<ExecResult> =>
    exec(enter(argv, cwd ?? disk), { timeout: 120_000, env: { ...env, ...more }, ...rest });

  const machine: Machine = {
    disk,
    door: "127.0.0.1",
    root,
    site,
    pid: () => on().inside.pid,
    exec: (argv, execOptions = {}) => run(argv, execOptions),
    start: async (argv, { cwd = disk } = {}) => {
      const child = start(enter(argv, cwd), { env, stdio: ["pipe", "pipe", "pipe"] });
      return { process: child, pid: await onlyChild(child.pid ?? 0) };
    },
    freehold: (words, execOptions = {}) =>
      run([join(checkout, "bin/freehold"), ...words], { cwd: site, ...execOptions }),
    outside: (argv, execOptions = {}) =>
      exec(["nsenter", "-t", `${on().outside.pid}`, "-n", ...argv], { timeout: 120_000, ...execOptions }),
    startOutside: (argv) => {
      const words = ["setpriv", "--pdeathsig", "KILL", "nsenter", "-t", `${on().outside.pid}`, "-n", ...argv] as const;
      const child = start(words, { stdio: ["pipe", "pipe", "pipe"] });
      visitors.add(child);
      child.once("exit", () => visitors.delete(child));
      return child;
    },
    cutPower: async () => {
      const was = on();
      power = undefined;
      await Promise.all([was.inside.end(), was.outside.end()]);
      await removeControlGroups(root);
    },
    boot,
    end: async () => {
      for (const child of visitors) child.kill("SIGKILL");
      if (power !== undefined) await machine.cutPower();
      living.delete(machine);
      await rm(disk, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  living.add(machine);
  try {
    await boot();
  } catch (thrown) {
    await machine.end();
    throw thrown;
  }
  return machine;
}

/** Ends every machine that this process made and did not end. */
export async function endMachines(): Promise<void> {
  await Promise.all([...living].map((machine) => machine.end()));
}
