import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { exec } from "../../src/lib/exec.ts";
import { rootsFrom } from "../../src/providers/layout.ts";

const checkout = resolve(import.meta.dirname, "../..");

/** Survives runs; made of nothing that the checkout and Debian's mirror do not have. May be deleted at any time. */
export const cache = "/var/cache/freehold-test";

/** A store that no run has used for so long is deleted, in milliseconds. */
const keepFor = 24 * 60 * 60 * 1000;

/**
 * The path of a read-only image store with everything that test machines start from. It is built when its sources have changed,
 * once for all runs and workers (a minute or two); everybody else waits. FREEHOLD_TEST_STORE names one that somebody made;
 * FREEHOLD_TEST_ROOT a freehold of this machine, whose images are used (see {@link completeImages}).
 */
export async function imageStore(): Promise<string> {
  const { FREEHOLD_TEST_STORE: given, FREEHOLD_TEST_ROOT: root } = process.env;
  if (given !== undefined) return given;
  if (root !== undefined) return join(root, "podman/storage");
  const directory = join(cache, await sourcesDigest());
  const done = join(directory, "done");
  if (!existsSync(done)) await build(directory, done);
  await utimes(directory, new Date(), new Date());
  return join(directory, "root/podman/storage");
}

/** Builds what the images of a freehold's own root (and its usual run directory) lack for tests: mostly the tests' own service. */
export async function completeImages(root: string): Promise<void> {
  const directory = join(cache, "given");
  await mkdir(directory, { recursive: true });
  await run([directory, root, rootsFrom({}).run]);
}

async function build(directory: string, done: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await deleteUnused(directory);
  await run([directory, join(directory, "root"), join(directory, "run")], done);
  await rm(join(directory, "run"), { recursive: true, force: true });
  await writeFile(done, "");
}

/** One at a time, and not at all when the file `done` is there by then. */
async function run(words: readonly [directory: string, root: string, run: string], done = ""): Promise<void> {
  const script = 'test -e "$2" || "$0" "$1" "$3" "$4" "$5"';
  const program = [process.execPath, join(import.meta.dirname, "build-images.ts"), done, ...words];
  const lock = join(words[0], "lock");
  const { code, stderr } = await exec(["flock", lock, "sh", "-c", script, ...program], { timeout: 900_000 });
  if (code !== 0) throw new Error(`the images for tests could not be built: ${stderr}`);
}

/** Over everything that the images are made of. */
async function sourcesDigest(): Promise<string> {
  const hash = createHash("sha256");
  for (const directory of ["images", "test/world/lab/images", "examples/home/images"]) {
    const entries = await readdir(join(checkout, directory), { recursive: true, withFileTypes: true }).catch(() => []);
    const files = entries
      .filter((entry) => entry.isFile() && !/\.(ts|md)$/.test(entry.name) && !entry.parentPath.endsWith("/controller"))
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(`${file.slice(checkout.length)}\0`).update(await readFile(file));
  }
  hash.update(await readFile(join(checkout, "scripts/bases.sh")));
  return hash.digest("hex").slice(0, 16);
}

async function deleteUnused(except: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    const unused = path !== except && (await stat(path)).mtimeMs < Date.now() - keepFor;
    if (unused) await rm(path, { recursive: true, force: true });
  }
}
