import { mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { isErrno, writeAtomically } from "../../../lib/fs.ts";
import { at, numberAt, parseJson, textAt } from "../../../lib/json.ts";
import type { SiteLayout } from "../../layout.ts";
import { isSnapshotName, type Snapshot } from "../../snapshots.ts";
import { namesIn, removeEmpty } from "../directory.ts";
import { isServiceName, snapshotsDirectory } from "./place.ts";
import { removeTree, sizeOf, syncDirectory } from "./tree.ts";

/** What is written down beside the data of a snapshot. */
export type About = Pick<Snapshot, "at" | "way" | "bytes">;

/** Where a snapshot has its data. */
export function dataOf(layout: SiteLayout, service: string, name: string): string {
  return join(snapshotsDirectory(layout, service), name, "state");
}

/** Every whole snapshot of a site, by service, the newest first. */
export async function allSnapshots(layout: SiteLayout): Promise<readonly Snapshot[]> {
  const services = (await namesIn(layout.snapshots)).filter(isServiceName);
  return (await Promise.all(services.map((service) => snapshotsOf(layout, service)))).flat();
}

/** Every whole snapshot of one service, the newest first. */
export async function snapshotsOf(layout: SiteLayout, service: string): Promise<readonly Snapshot[]> {
  const directory = snapshotsDirectory(layout, service);
  const names = (await namesIn(directory)).filter(isSnapshotName).reverse();
  const found = await Promise.all(names.map((name) => readAbout(join(directory, name))));
  return found.flatMap((about, index) =>
    about === undefined ? [] : [{ service, name: names[index] ?? "", ...about }],
  );
}

/**
 * Makes a snapshot under a name that nobody takes for one, and gives it its own once `fill` has put the data where it is told to:
 * so one is whole, or not there. `fill` says what is to be written down.
 */
export async function makeSnapshot(
  layout: SiteLayout,
  service: string,
  name: string,
  fill: (data: string) => Promise<About>,
): Promise<About> {
  const directory = snapshotsDirectory(layout, service);
  await sweepSnapshots(layout, service);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const beside = join(directory, `.${name}`);
  try {
    await mkdir(beside, { mode: 0o700 });
    const about = await fill(join(beside, "state"));
    await writeAtomically(aboutOf(beside), JSON.stringify(about));
    await rename(beside, join(directory, name));
    await syncDirectory(directory);
    return about;
  } catch (thrown) {
    await sweepSnapshots(layout, service);
    throw thrown;
  }
}

/** So long may counting what is in a snapshot take, in milliseconds. */
const patience = 20_000;

/** Writes down how much is in the snapshots of which that is not known: only copying tells it by the way. */
export async function countSnapshots(layout: SiteLayout, service: string): Promise<void> {
  for (const { name, at: begun, way, bytes: known } of await snapshotsOf(layout, service)) {
    if (known !== undefined) continue;
    const bytes = await sizeOf(dataOf(layout, service, name), patience);
    const path = aboutOf(join(snapshotsDirectory(layout, service), name));
    if (bytes !== undefined) await writeAtomically(path, JSON.stringify({ at: begun, way, bytes }));
  }
}

/** Removes a snapshot: first its name, so that what is left of it is nobody's. It is fine when there is none. */
export async function removeSnapshot(layout: SiteLayout, service: string, name: string): Promise<void> {
  const directory = snapshotsDirectory(layout, service);
  try {
    await rename(join(directory, name), join(directory, `.${name}`));
  } catch (thrown) {
    if (!isErrno(thrown, "ENOENT", "ENOTEMPTY", "EEXIST")) throw thrown;
  }
  await sweepSnapshots(layout, service);
}

/** Takes away what snapshots that were cut off have left, and what is left of removed ones. */
export async function sweepSnapshots(layout: SiteLayout, service: string): Promise<void> {
  const directory = snapshotsDirectory(layout, service);
  for (const name of await namesIn(directory)) {
    if (!name.startsWith(".")) continue;
    await removeTree(join(directory, name, "state"));
    await removeTree(join(directory, name));
  }
  await removeEmpty(layout.home, directory);
}

async function readAbout(directory: string): Promise<About | undefined> {
  try {
    const value = parseJson(await readFile(aboutOf(directory), "utf8"));
    const way = wayOf(textAt(value, "way"));
    if (way === undefined) return undefined;
    return {
      at: numberAt(value, "at"),
      way,
      ...(typeof at(value, "bytes") === "number" ? { bytes: numberAt(value, "bytes") } : {}),
    };
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return undefined;
    throw thrown;
  }
}

function aboutOf(directory: string): string {
  return join(directory, "about.json");
}

function wayOf(text: string): Snapshot["way"] | undefined {
  return text === "atomic" || text === "reflink" || text === "copy" ? text : undefined;
}
