/**
 * Runs in a pod beside a volume of state, as its text, with nobody else having the volume. Does the task in FREEHOLD_TASK (a
 * {@link StateTask}) and writes a {@link StateAnswer} where Kubernetes keeps the last words of a process. It imports nothing but node itself.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What is to be done with one volume, in this order: sweep, count, take, stage, move. */
export type StateTask = {
  /** Snapshots beside these are taken away: nobody knows them. */
  readonly keep?: readonly string[];
  readonly count?: true;
  /** Copies the state into a snapshot of this name. */
  readonly take?: string;
  /** Lays the content of this snapshot ready beside the state. */
  readonly stage?: string;
  /** Puts what is ready in the place of the state. */
  readonly move?: true;
};

/** What came of it. `problem`: `SNAPSHOT_NO_ROOM`, `DISK_FULL` or `SNAPSHOT_FAILED`. Bytes, milliseconds. */
export type StateAnswer = {
  readonly bytes?: number;
  readonly milliseconds?: number;
  readonly problem?: string;
  readonly words?: string;
};

/** Where the volumes are mounted; elsewhere in tests. */
const { FREEHOLD_STATE: state = "/state", FREEHOLD_SNAPSHOTS: snapshots = "/snapshots" } = process.env;
/** In the volume itself, so that putting it in place is renaming. `next` is what comes, `old` what goes, `ready` says that `next` is whole. */
const beside = join(state, ".freehold-restore");
const [next, old, ready] = [join(beside, "next"), join(beside, "old"), join(beside, "ready")];
/** What a file system has of its own in a volume, and what is ours. */
const apart = ["lost+found", ".freehold-restore"];

class Refused extends Error {
  readonly problem: string;
  constructor(problem: string, words: string) {
    super(words);
    this.problem = problem;
  }
}

async function perform(task: StateTask): Promise<StateAnswer> {
  const began = Date.now();
  // Who only counts may do so while somebody else works.
  if (task.take !== undefined || task.stage !== undefined || task.move === true) await settle();
  if (task.keep !== undefined) await sweep(task.keep);
  const bytes =
    task.count === true || task.take !== undefined ? await sizeOf(await contentOf(state), state) : undefined;
  if (task.take !== undefined) await take(task.take, bytes ?? 0);
  if (task.stage !== undefined) await stage(task.stage);
  if (task.move === true && existsSync(ready)) await move();
  return { ...(bytes === undefined ? {} : { bytes }), milliseconds: Date.now() - began };
}

/** Completes what was cut off while it was put in place, and takes away what never became ready. */
async function settle(): Promise<void> {
  if (existsSync(ready)) await move();
  else await rm(beside, { recursive: true, force: true });
}

async function sweep(keep: readonly string[]): Promise<void> {
  for (const name of await contentOf(snapshots))
    if (!keep.includes(name)) await rm(join(snapshots, name), { recursive: true, force: true });
}

async function take(name: string, bytes: number): Promise<void> {
  const to = join(snapshots, name);
  await rm(to, { recursive: true, force: true });
  await refuseWithoutRoom(bytes, snapshots);
  await mkdir(to, { mode: 0o700 });
  try {
    await copy(state, to);
    await sync(to);
  } catch (thrown) {
    await rm(to, { recursive: true, force: true });
    throw thrown;
  }
}

async function stage(name: string): Promise<void> {
  const from = join(snapshots, name);
  if (!existsSync(from)) throw new Refused("SNAPSHOT_FAILED", `there is no ${name} in the volume of snapshots`);
  await refuseWithoutRoom(await sizeOf(await contentOf(from), from), state);
  try {
    await mkdir(next, { recursive: true, mode: 0o700 });
    await copy(from, next);
    await sync(beside);
    await writeFile(ready, "");
    await sync(beside);
  } catch (thrown) {
    await rm(beside, { recursive: true, force: true });
    throw thrown;
  }
}

/**
 * Goes on wherever it was cut off: `old` is there from before the first name until all of the state has gone into it, and `next` is
 * emptied after that, name by name.
 */
async function move(): Promise<void> {
  const away = join(beside, "away");
  if (!existsSync(away)) {
    await mkdir(old, { recursive: true, mode: 0o700 });
    for (const name of await contentOf(state)) await rename(join(state, name), join(old, name));
    await writeFile(away, "");
    await sync(beside);
  }
  for (const name of existsSync(next) ? await contentOf(next) : []) await rename(join(next, name), join(state, name));
  await sync(state);
  await rm(ready, { force: true });
  await rm(beside, { recursive: true, force: true });
}

async function contentOf(directory: string): Promise<readonly string[]> {
  return (await readdir(directory)).filter((name) => !apart.includes(name)).sort();
}

/** Owners, modes, times, links among themselves, extended attributes and holes; blocks are shared where the file system can. */
async function copy(from: string, to: string): Promise<void> {
  const options = ["--archive", "--one-file-system", "--reflink=auto", `--target-directory=${to}`, "--"];
  for (const names of inCalls(await contentOf(from)))
    await run(["cp", ...options, ...names.map((name) => join(from, name))]);
}

async function sizeOf(all: readonly string[], directory: string): Promise<number> {
  const options = ["--summarize", "--total", "--block-size=1", "--one-file-system", "--"];
  let bytes = 0;
  for (const names of inCalls(all)) {
    const said = await run(["du", ...options, ...names.map((name) => join(directory, name))]);
    bytes += Number(/^(\d+)\s+total$/m.exec(said)?.[1] ?? 0);
  }
  return bytes;
}

/** As few calls as there may be, so that links among files stay links; a name has at most 255 bytes, a call's arguments 2 MiB. */
function inCalls(names: readonly string[]): readonly (readonly string[])[] {
  const size = 5000;
  return Array.from({ length: Math.ceil(names.length / size) }, (_, index) =>
    names.slice(index * size, (index + 1) * size),
  );
}

async function refuseWithoutRoom(bytes: number, where: string): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(where);
  const needed = bytes + Math.min(1_000_000_000, blocks * bsize * 0.05);
  if (bavail * bsize >= needed) return;
  throw new Refused("SNAPSHOT_NO_ROOM", `expected ${megabytes(needed)} free, got ${megabytes(bavail * bsize)}`);
}

async function sync(path: string): Promise<void> {
  await run(["sync", "--file-system", path]);
}

function run([program = "", ...rest]: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, LC_ALL: "C" } });
    let said = "";
    let wrong = "";
    child.stdout.on("data", (chunk) => {
      said = (said + chunk).slice(-4000);
    });
    child.stderr.on("data", (chunk) => {
      wrong = (wrong + chunk).slice(-4000);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) return resolve(said);
      const last = wrong.trim().split("\n").at(-1) ?? "";
      const isFull = /No space left on device|quota exceeded/i.test(wrong);
      return reject(new Refused(isFull ? "DISK_FULL" : "SNAPSHOT_FAILED", last || `${program} ended with ${code}`));
    });
  });
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MB`;
}

async function answer(): Promise<StateAnswer> {
  try {
    return await perform(JSON.parse(process.env.FREEHOLD_TASK ?? "{}"));
  } catch (thrown) {
    const words = thrown instanceof Error ? thrown.message : String(thrown);
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : "";
    const isFull = code === "ENOSPC" || code === "EDQUOT";
    const problem = thrown instanceof Refused ? thrown.problem : isFull ? "DISK_FULL" : "SNAPSHOT_FAILED";
    return { problem, words: words.slice(0, 1000) };
  }
}

process.once("SIGTERM", () => process.exit(143));
const said = await answer();
await using last = await open(process.env.FREEHOLD_ANSWER ?? "/dev/termination-log", "w");
await last.writeFile(JSON.stringify(said));
