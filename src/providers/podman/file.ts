import { randomBytes } from "node:crypto";
import { mkdir, readlink, rename, rm, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import { digest } from "../../resource/digest.ts";
import type { File } from "../../resource/kinds/file.ts";
import type { Observed } from "../../resource/observed.ts";
import type { SiteLayout } from "../layout.ts";
import { userOnMachine } from "../machine-users.ts";
import { makePassable, namesIn } from "./directory.ts";
import { earlierVersion } from "./earlier-version.ts";
import { fileName } from "./names.ts";
import type { Session } from "./session.ts";
import { readSidecar, type Sidecar, writeSidecar } from "./sidecar.ts";
import { fingerprint, giveVersion, writeVersion } from "./version.ts";

/** The directory of a file resource: its versions, and `current`, which leads to the newest. */
export function fileDirectory(layout: SiteLayout, id: string): string {
  return join(layout.files, fileName(id));
}

/**
 * Writes a new version and switches to it, or switches back to one that is there, unless the current one is what is wanted. Versions that containers still show
 * (`inUse`) and the one before are kept.
 */
export async function applyFile(
  { layout, call }: Session,
  file: File,
  inUse: () => Promise<ReadonlySet<string>>,
): Promise<void> {
  const directory = fileDirectory(layout, file.id);
  const known = await readSidecar(`${directory}.json`);
  if (known !== undefined && sameContent(known, file) && (await amissOf(directory, known)) === undefined)
    return writeSidecar(`${directory}.json`, file, Object.fromEntries(known.notes));
  const given = known?.notes.get("given");
  await makePassable(layout.home, layout.files);
  await mkdir(directory, { mode: 0o755 }).catch((thrown: unknown) => {
    if (!isErrno(thrown, "EEXIST")) throw thrown;
  });
  const owner = given === undefined ? userOnMachine(file.owner, (await call()).hasUserNamespaces) : Number(given);
  const before = await currentVersion(directory);
  const digits = contentDigest(file).slice(0, 16);
  const earlier = await earlierVersion(directory, file, { digits, current: before });
  const version = earlier?.version ?? (await freeName(directory, digits));
  try {
    const { single = "" } = earlier ?? (await writeVersion(file, join(directory, version), owner));
    if (earlier !== undefined) await giveVersion(file, join(directory, version), owner);
    const print = await fingerprint(file, join(directory, version));
    await symlink(version, join(directory, `${version}.link`));
    await rename(join(directory, `${version}.link`), join(directory, "current"));
    await writeSidecar(`${directory}.json`, file, { version, print, single, ...(given && { given }) });
  } catch (thrown) {
    if (earlier === undefined && (await currentVersion(directory)) !== version) await remove(join(directory, version));
    throw thrown;
  }
  const keep = new Set(["current", version, before, ...(await inUse())]);
  for (const name of await namesIn(directory)) if (!keep.has(name)) await remove(join(directory, name));
}

/**
 * Gives a file that freehold wrote, and what it writes of it from now on, to a user of the machine: only whoever starts a container
 * knows what user its image names.
 */
export async function giveFile(layout: SiteLayout, id: string, uid: number): Promise<void> {
  const directory = fileDirectory(layout, id);
  const known = await readSidecar(`${directory}.json`);
  const version = known?.notes.get("version");
  if (known?.resource.kind !== "file" || version === undefined) return;
  if ((await stat(join(directory, version))).uid === uid) return;
  const { resource, notes } = known;
  await giveVersion(resource, join(directory, version), uid);
  const print = await fingerprint(resource, join(directory, version));
  await writeSidecar(`${directory}.json`, resource, { ...Object.fromEntries(notes), print, given: String(uid) });
}

/** Takes a file and all its versions away. The sidecar goes last. */
export async function removeFile(layout: SiteLayout, file: File): Promise<void> {
  const directory = fileDirectory(layout, file.id);
  const known = await readSidecar(`${directory}.json`);
  if (known?.resource.id !== file.id) return;
  await remove(directory);
  await rm(`${directory}.json`, { force: true });
}

/** Every file of a site; `amiss` says when somebody else touched it. */
export async function observeFiles(layout: SiteLayout): Promise<Observed[]> {
  const sidecars = (await namesIn(layout.files)).filter((name) => name.endsWith(".json"));
  const observed = await Promise.all(
    sidecars.map(async (name): Promise<Observed[]> => {
      const known = await readSidecar(join(layout.files, name));
      if (known?.resource.kind !== "file") return [];
      const amiss = await amissOf(fileDirectory(layout, known.resource.id), known);
      return [{ resource: known.resource, ...(amiss === undefined ? {} : { amiss }) }];
    }),
  );
  return observed.flat();
}

/** What a fixed mount of a file shows: the version that is current now, or the one file in it. Problem: `FILE_MISSING`. */
export async function needVersion(layout: SiteLayout, id: string): Promise<{ path: string; version: string }> {
  const directory = fileDirectory(layout, id);
  const version = await currentVersion(directory);
  if (version === undefined)
    return fail("FILE_MISSING", `expected ${id} at ${directory}, got nothing`, { kind: "transient" });
  const known = await readSidecar(`${directory}.json`);
  return { path: join(directory, version, known?.notes.get("single") ?? ""), version };
}

/** The name of the version that `current` leads to. */
export async function currentVersion(directory: string): Promise<string | undefined> {
  try {
    return await readlink(join(directory, "current"));
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR", "EINVAL")) return undefined;
    throw thrown;
  }
}

/** Hex digits alone: servers of files take the name of a version as the mark of its content. */
async function freeName(directory: string, digits: string): Promise<string> {
  return (await namesIn(directory)).includes(digits) ? digits + randomBytes(4).toString("hex") : digits;
}

function contentDigest({ content, owner, secret }: File): string {
  return digest([content.from === "text" ? content.entries : content.digest, owner, secret]);
}

function sameContent({ resource }: Sidecar, file: File): boolean {
  return resource.kind === "file" && contentDigest(resource) === contentDigest(file);
}

async function amissOf(directory: string, { resource, notes }: Sidecar): Promise<"missing" | "edited" | undefined> {
  const version = await currentVersion(directory);
  if (version === undefined || resource.kind !== "file") return "missing";
  if (version !== notes.get("version")) return "edited";
  try {
    return (await fingerprint(resource, join(directory, version))) === notes.get("print") ? undefined : "edited";
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return "missing";
    throw thrown;
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
