import { chmod, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../../../lib/fs.ts";
import { fail } from "../../../lib/problem.ts";
import type { SiteLayout } from "../../layout.ts";
import { makePassable, namesIn } from "../directory.ts";
import { hasBtrfsProgram, isOnBtrfs, makeSubvolume } from "./btrfs.ts";
import { serviceOfNext, stateDirectory, switchPlaces } from "./place.ts";
import { removeTree, syncDirectory } from "./tree.ts";

/**
 * Puts the state that was made ready in the place of the one that is there, and removes that. Killed at any instant, one of the
 * two is there in whole, and {@link settleState} tells which: what was made ready is complete before the first name changes.
 */
export async function switchState(layout: SiteLayout, service: string): Promise<void> {
  const { next, last } = switchPlaces(layout, service);
  await rename(stateDirectory(layout, service), last).catch(unlessGone);
  await rename(next, stateDirectory(layout, service));
  await syncDirectory(layout.state);
  await removeTree(last);
}

/**
 * Completes a switch that was cut off, and takes away what one that did not come to it has left. Must come before anything is made in the
 * place of a service's state: an empty directory there would look like what was switched in. Problem: `STATE_TWICE`.
 */
export async function settleState(layout: SiteLayout, service: string): Promise<void> {
  const { next, last } = switchPlaces(layout, service);
  const names = await namesIn(layout.state);
  const has = (path: string): boolean => names.some((name) => path.endsWith(`/${name}`));
  const here = stateDirectory(layout, service);
  if (!has(next) && !has(last)) return;
  if (has(here) && has(next) && has(last))
    fail("STATE_TWICE", `expected the state of ${service} once, got ${here}, ${next} and ${last}`, {
      hint: `look which is the right one and leave that alone at ${here}`,
    });
  if (!has(here) && has(last)) {
    await rename(has(next) ? next : last, here);
    await syncDirectory(layout.state);
  } else if (has(next)) {
    await removeTree(next);
  }
  await removeTree(last);
}

/** A directory with the state of one service. */
export type StateDirectory = { readonly path: string; readonly isInPlace: boolean };

/** The directory of each service's state. Where a switch was cut off it is the one that will be there, which is not in its place yet. */
export async function stateDirectories(layout: SiteLayout): Promise<readonly StateDirectory[]> {
  const names = await namesIn(layout.state);
  return names.flatMap((name): StateDirectory[] => {
    const path = join(layout.state, name);
    if (!name.startsWith(".")) return [{ path, isInPlace: true }];
    const service = serviceOfNext(name);
    const isCutOff = service !== undefined && !names.includes(service) && names.includes(`.${service}.old`);
    return isCutOff ? [{ path, isInPlace: false }] : [];
  });
}

/** At work on a directory now: the volumes of a service are made side by side. */
const underWay = new Map<string, Promise<void>>();

/** Makes the directory of a service's state: where the file system has subvolumes it is one, so that a snapshot of it costs nothing. */
export async function makeStateDirectory(layout: SiteLayout, service: string): Promise<void> {
  const path = stateDirectory(layout, service);
  const work = underWay.get(path) ?? settleAndMake(layout, service).finally(() => underWay.delete(path));
  underWay.set(path, work);
  await work;
}

async function settleAndMake(layout: SiteLayout, service: string): Promise<void> {
  await settleState(layout, service);
  if ((await namesIn(layout.state)).includes(service)) return;
  await makePassable(layout.home, layout.state);
  await makeBelowState(stateDirectory(layout, service));
}

/** Makes an empty directory beside the others, as a subvolume where that is possible. It may be there already. */
export async function makeBelowState(path: string): Promise<void> {
  const parent = path.slice(0, path.lastIndexOf("/"));
  try {
    if ((await isOnBtrfs(parent)) && (await hasBtrfsProgram())) await makeSubvolume(path);
    else await mkdir(path, { mode: 0o711 });
    await chmod(path, 0o711);
  } catch (thrown) {
    if (!(await namesIn(parent)).some((name) => path === `${parent}/${name}`)) throw thrown;
  }
}

function unlessGone(thrown: unknown): void {
  if (!isErrno(thrown, "ENOENT")) throw thrown;
}
