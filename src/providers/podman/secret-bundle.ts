import { lstat, mkdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exec, execOrFail } from "../../lib/exec.ts";
import { isErrno } from "../../lib/fs.ts";
import { textAt } from "../../lib/json.ts";
import { fail } from "../../lib/problem.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { SiteLayout } from "../layout.ts";
import { makePassable, removeEmpty } from "./directory.ts";
import { containerName } from "./names.ts";
import { secretsDirectory } from "./secret.ts";
import type { Session } from "./session.ts";

/**
 * Starts a container while the directory in which Podman writes for its runtime is in memory. With secret variables they would
 * stand open on the disk otherwise: in `config.json`, which is written at each start, and in a file for each command that is run
 * inside. Once the container runs nobody needs `config.json` any more, and it is removed, so that `podman inspect` has nothing to
 * show.
 */
export async function withBundleInMemory<T>(
  session: Session,
  container: Container,
  name: string,
  start: () => Promise<T>,
): Promise<T> {
  if (!hasVariables(container)) return start();
  const inspected = await session.client.get(`/containers/${name}/json`);
  const [id, bundle] = [textAt(inspected, "Id"), textAt(inspected, "StaticDir")];
  if (id === "" || bundle === "") fail("BUG", `expected Podman to say where it keeps ${name}`, { kind: "bug" });
  const memory = bundleDirectory(session.layout, id);
  await makePassable(session.layout.run, dirname(memory));
  await lead(bundle, memory);
  try {
    return await start();
  } finally {
    await rm(join(memory, "config.json"), { force: true });
  }
}

/** Where the log of such a container is, since it must outlast a reboot; undefined: where Podman has it. */
export async function makeLogPlace(
  layout: SiteLayout,
  site: string,
  container: Container,
): Promise<string | undefined> {
  const path = logPath(layout, site, container);
  if (path !== undefined) await mkdir(logsDirectory(layout), { recursive: true, mode: 0o700 });
  return path;
}

function logPath(layout: SiteLayout, site: string, container: Container): string | undefined {
  return hasVariables(container) ? join(logsDirectory(layout), `${containerName(site, container)}.log`) : undefined;
}

/** Forgets what a container that is gone had in memory. */
export function forgetBundle(layout: SiteLayout, containerId: string): Promise<void> {
  return removeMemory(bundleDirectory(layout, containerId));
}

/** Forgets the log of such a container; the next of its name would go on writing in it. */
export async function forgetLog(layout: SiteLayout, site: string, container: Container): Promise<void> {
  const log = logPath(layout, site, container);
  if (log === undefined) return;
  await rm(log, { force: true });
  await removeEmpty(layout.home, logsDirectory(layout));
}

/** Podman may not have got round yet to unmounting the container's own shared memory, which is in there. */
async function removeMemory(memory: string): Promise<void> {
  try {
    await rm(memory, { recursive: true, force: true });
  } catch (thrown) {
    if (!isErrno(thrown, "EBUSY")) throw thrown;
    await exec(["umount", "--lazy", join(memory, "shm")]);
    await rm(memory, { recursive: true, force: true });
  }
}

function hasVariables({ secrets }: Container): boolean {
  return Object.keys(secrets?.variables ?? {}).length > 0;
}

function logsDirectory(layout: SiteLayout): string {
  return join(layout.home, "logs");
}

function bundleDirectory(layout: SiteLayout, containerId: string): string {
  return join(secretsDirectory(layout), "bundles", containerId);
}

/**
 * Puts a link to memory in the place of Podman's directory. What Podman had made in it stands beside, to begin with from there
 * again after a reboot. May be cut off anywhere and done again.
 */
async function lead(bundle: string, memory: string): Promise<void> {
  const kept = `${bundle}.kept`;
  if (await isDirectory(bundle)) await rename(bundle, kept);
  if (!(await isDirectory(memory))) {
    await rm(`${memory}.new`, { recursive: true, force: true });
    await execOrFail(["cp", "--archive", kept, `${memory}.new`]);
    await rename(`${memory}.new`, memory);
  }
  await rm(bundle, { force: true });
  await symlink(memory, bundle);
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return false;
    throw thrown;
  }
}
