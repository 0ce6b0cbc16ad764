import { existsSync } from "node:fs";
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ExecResult, execOrFail } from "../../src/lib/exec.ts";
import { cache } from "./images.ts";
import type { ClientPlace } from "./machine.ts";

/** A Taskwarrior that can be started. */
export type Taskwarrior = {
  readonly argv: readonly [string, ...string[]];
  /** Where it finds its colours. */
  readonly cwd?: string;
};

/** A Taskwarrior with tasks of its own, as somebody has it on one device. */
export type Device = {
  /** Runs it; with `sync` it goes to its server. */
  task(words: readonly string[]): Promise<ExecResult>;
  /** The same, which must succeed. */
  must(words: readonly string[]): Promise<void>;
  /** The descriptions of the tasks that are pending, sorted. */
  pending(): Promise<string[]>;
};

/** How a device is set up. */
export type DeviceOptions = {
  readonly machine: ClientPlace;
  readonly name: string;
  /** The program: {@link taskwarrior2} or what {@link taskwarrior3} gives. */
  readonly program: Taskwarrior;
  /** Lines of its ~/.taskrc. */
  readonly settings: Readonly<Record<string, string>>;
  readonly env?: NodeJS.ProcessEnv;
};

/** Taskwarrior 2.6, as Debian 12 and 13 have it. */
export const taskwarrior2: Taskwarrior = { argv: ["task"] };

/**
 * Taskwarrior 3, which Debian has in its unstable version only: that one's program and libraries, fetched once, started with
 * their own loader and without a root of their own.
 */
export async function taskwarrior3(): Promise<Taskwarrior> {
  const root = join(cache, "taskwarrior-3");
  await mkdir(cache, { recursive: true });
  const words = [
    ...["mmdebstrap", "--quiet", "--mode=root", "--format=directory", "--variant=extract", "--include=taskwarrior"],
    // a mirror may be a few days behind; its signature still counts
    '--aptopt=Acquire::Check-Valid-Until "false"',
  ];
  const script = 'test -e "$0" || { rm -rf "$0.new"; "$@" sid "$0.new" && mv "$0.new" "$0"; }';
  if (!existsSync(root))
    await execOrFail(["flock", `${root}.lock`, "sh", "-c", script, root, ...words], { timeout: 300_000 });
  await utimes(root, new Date(), new Date());
  const files = await readdir(join(root, "usr/lib"), { recursive: true });
  const loader = join(root, "usr/lib", files.find((path) => /\/ld-linux[^/]*\.so\.\d+$/.test(path)) ?? "");
  return {
    argv: [loader, "--library-path", dirname(loader), join(root, "usr/bin/task")],
    cwd: join(root, "usr/share/taskwarrior"),
  };
}

/** Sets up a device with nothing on it. */
export async function makeDevice({ machine, name, program, settings, env }: DeviceOptions): Promise<Device> {
  const directory = join(machine.disk, "devices", name);
  const config = join(directory, "taskrc");
  const all = { "data.location": join(directory, "data"), confirmation: "no", verbose: "nothing", ...settings };
  await mkdir(all["data.location"], { recursive: true });
  await writeFile(
    config,
    Object.entries(all)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(""),
  );
  const task: Device["task"] = (words) =>
    machine.exec([...program.argv, ...words], {
      env: { ...env, TASKRC: config },
      timeout: 60_000,
      ...(program.cwd === undefined ? {} : { cwd: program.cwd }),
    });
  const must = async (words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await task(words);
    if (code !== 0) throw new Error(`${name}: task ${words.join(" ")} ended with ${code}: ${stderr}`);
    return stdout;
  };
  return {
    task,
    must: async (words) => void (await must(words)),
    pending: async () => {
      const tasks: readonly { readonly description: string }[] = JSON.parse(await must(["status:pending", "export"]));
      return tasks.map(({ description }) => description).sort();
    },
  };
}
