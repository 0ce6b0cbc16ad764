import { chown, lchown, lstat, mkdir, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isErrno, sweepUnfinished } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import type { Volume } from "../../resource/kinds/volume.ts";
import type { Observed } from "../../resource/observed.ts";
import type { SiteLayout } from "../layout.ts";
import { isReallyBelow, makePassable, namesIn, removeEmpty } from "./directory.ts";
import { readSidecar, writeSidecar } from "./sidecar.ts";
import { removeSnapshot, snapshotsOf } from "./state/kept.ts";
import { makeStateDirectory, settleState, stateDirectories } from "./state/switch.ts";
import { removeTree } from "./state/tree.ts";

/** A user of the machine. */
export type Owner = { readonly uid: number; readonly gid: number };

/** The directory of a volume's data: `state/SERVICE/PART/NAME`. */
export function volumeDirectory(layout: SiteLayout, volume: Pick<Volume, "service" | "part" | "name">): string {
  const names = [volume.service, volume.part, volume.name];
  if (!names.every((name) => /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name)))
    fail("BUG", `expected names of letters, digits and dashes, got ${names.join("/")}`, { kind: "bug" });
  return join(layout.state, ...names);
}

/** Makes the directory, or only remembers what is new about it. What is in it is never touched. */
export async function applyVolume(layout: SiteLayout, volume: Volume): Promise<void> {
  const directory = volumeDirectory(layout, volume);
  await makeStateDirectory(layout, volume.service);
  await makePassable(layout.home, dirname(directory));
  const isThere = await isDirectory(directory);
  if (!isThere) await mkdir(directory, { mode: 0o700 });
  const known = await readSidecar(sidecarOf(directory));
  // one that is made anew is nobody's yet
  await writeSidecar(sidecarOf(directory), volume, isThere ? Object.fromEntries(known?.notes ?? []) : {});
}

/**
 * Deletes the data. Links are deleted, never followed; a directory that has no sidecar of ours, or is reached by a link, stays.
 * The sidecar goes last, so that a removal that was cut short is seen and can be completed. With the last volume of a service its
 * snapshots go.
 */
export async function removeVolume(layout: SiteLayout, volume: Volume): Promise<void> {
  const directory = volumeDirectory(layout, volume);
  await settleState(layout, volume.service);
  const known = await readSidecar(sidecarOf(directory));
  if (known?.resource.id !== volume.id) return;
  if (await isReallyBelow(layout.state, directory)) await removeTree(directory);
  await rm(sidecarOf(directory), { force: true });
  await sweepUnfinished(sidecarOf(directory));
  await removeEmpty(layout.state, dirname(directory));
  if ((await namesIn(layout.state)).includes(volume.service)) return;
  for (const { name } of await snapshotsOf(layout, volume.service)) await removeSnapshot(layout, volume.service, name);
}

/** Every volume of a site, whether its data is there or not. */
export async function observeVolumes(layout: SiteLayout): Promise<Observed[]> {
  const found: Observed[] = [];
  for (const { path, isInPlace } of await stateDirectories(layout)) {
    for (const part of await namesIn(path)) {
      const directory = join(path, part);
      for (const name of await namesIn(directory)) {
        if (!name.endsWith(".json")) continue;
        const sidecar = await readSidecar(join(directory, name));
        if (sidecar?.resource.kind !== "volume") continue;
        const isThere = isInPlace && (await isDirectory(join(directory, name.slice(0, -".json".length))));
        found.push({ resource: sidecar.resource, ...(isThere ? {} : { amiss: "missing" }) });
      }
    }
  }
  return found;
}

/**
 * Gives a volume to a user of the machine: the directory itself, and whatever in it was the last owner's. Files of other users
 * (a database's, beside root's) stay theirs. Done only when the owner changes, since it visits every file.
 */
export async function giveVolume(layout: SiteLayout, volume: Volume, owner: Owner): Promise<void> {
  const directory = volumeDirectory(layout, volume);
  const known = await readSidecar(sidecarOf(directory));
  const last = known?.notes.get("owner");
  if (last === String(owner.uid)) return;
  if (last !== undefined) await handOver(directory, Number(last), owner);
  await chown(directory, owner.uid, owner.gid);
  await writeSidecar(sidecarOf(directory), volume, { owner: String(owner.uid) });
}

async function handOver(directory: string, last: number, owner: Owner): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if ((await lstat(path)).uid === last) await lchown(path, owner.uid, owner.gid);
    if (entry.isDirectory()) await handOver(path, last, owner);
  }
}

/** The volume with an id, as it was last applied. Problem: `VOLUME_MISSING`. */
export async function needVolume(layout: SiteLayout, id: string): Promise<{ volume: Volume; directory: string }> {
  const [, service = "", part = "", name = ""] = id.split("/");
  const directory = volumeDirectory(layout, { service, part, name });
  const known = await readSidecar(sidecarOf(directory));
  if (known?.resource.kind === "volume" && (await isDirectory(directory))) return { volume: known.resource, directory };
  return fail("VOLUME_MISSING", `expected the state ${name} of ${service} at ${directory}, got nothing`, {
    kind: "transient",
  });
}

function sidecarOf(directory: string): string {
  return `${directory}.json`;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return false;
    throw thrown;
  }
}
