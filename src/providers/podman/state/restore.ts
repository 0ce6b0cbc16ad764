import { fail } from "../../../lib/problem.ts";
import type { SiteLayout } from "../../layout.ts";
import type { Report } from "../../provider.ts";
import { namesIn } from "../directory.ts";
import { isOnBtrfs, isSubvolume, snapshotSubvolume } from "./btrfs.ts";
import { refuseForeign } from "./foreign.ts";
import { dataOf, snapshotsOf } from "./kept.ts";
import { stateDirectory, switchPlaces } from "./place.ts";
import { refuseWithoutRoom } from "./room.ts";
import { makeBelowState, settleState, switchState } from "./switch.ts";
import { canShareBlocks, copyTree, flush, removeTree } from "./tree.ts";

/** What is to be put back. Nobody may use the state meanwhile. */
export type Restore = {
  readonly layout: SiteLayout;
  readonly service: string;
  readonly name: string;
  readonly report: Report;
  readonly signal: AbortSignal;
};

/** Puts the state of a snapshot in the place of what is there; see the port for what holds. */
export async function restoreState(restore: Restore): Promise<void> {
  const { layout, service, name, report, signal } = restore;
  signal.throwIfAborted();
  const known = await snapshotsOf(layout, service);
  if (!known.some((each) => each.name === name))
    fail("SNAPSHOT_UNKNOWN", `expected a snapshot ${name} of ${service}, got none`, {
      hint: `freehold snapshots ${service} lists what there is`,
    });
  await settleState(layout, service);
  if ((await namesIn(layout.state)).includes(service)) await refuseForeign(service, stateDirectory(layout, service));
  report("putting the state back");
  const { next } = switchPlaces(layout, service);
  try {
    await makeReady(restore, dataOf(layout, service, name), next);
  } catch (thrown) {
    await removeTree(next);
    throw thrown;
  }
  await switchState(layout, service);
}

async function makeReady({ layout, service, signal }: Restore, data: string, next: string): Promise<void> {
  if ((await isSubvolume(data)) && (await isOnBtrfs(layout.state)))
    return void (await snapshotSubvolume(data, next, "write"));
  const shares = await canShareBlocks(data, layout.state);
  if (!shares) await refuseWithoutRoom(service, data, next);
  await makeBelowState(next);
  await copyTree(data, next, shares ? "reflink" : "copy", signal);
  await flush(next, signal);
}
