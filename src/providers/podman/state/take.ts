import { fail, problemOf } from "../../../lib/problem.ts";
import type { SiteLayout } from "../../layout.ts";
import type { Report } from "../../provider.ts";
import { isSnapshotName, type Snapshot } from "../../snapshots.ts";
import { snapshotSubvolume } from "./btrfs.ts";
import { needState, wayFor } from "./cost.ts";
import { refuseForeign } from "./foreign.ts";
import { type About, makeSnapshot, snapshotsOf } from "./kept.ts";
import { refuseWithoutRoom } from "./room.ts";
import { settleState } from "./switch.ts";
import { copyTree, flush, removeTree } from "./tree.ts";

/** What is to be taken. `atRest` throws while somebody may write. */
export type Take = {
  readonly layout: SiteLayout;
  readonly service: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly atRest: () => Promise<void>;
  readonly report: Report;
  readonly signal: AbortSignal;
};

/** Takes a snapshot; see the port for what holds. */
export async function takeState(take: Take): Promise<Snapshot> {
  const { layout, service, name, signal } = take;
  if (!isSnapshotName(name)) fail("BUG", `expected a snapshot's name, got "${name}"`, { kind: "bug" });
  signal.throwIfAborted();
  await settleState(layout, service);
  const there = (await snapshotsOf(layout, service)).find((each) => each.name === name);
  if (there !== undefined) return there;
  const from = await needState(layout, service);
  await refuseForeign(service, from);
  const way = await wayFor(layout, from);
  if (way !== "atomic") await take.atRest();
  const about = await makeSnapshot(layout, service, name, (data) => {
    if (way === "atomic") return ofOneMoment(take, from, data);
    return way === "reflink" ? sharedOrCopied(take, from, data) : copied(take, from, data);
  });
  return { service, name, ...about };
}

async function ofOneMoment({ at, report }: Take, from: string, data: string): Promise<About> {
  report("taking a snapshot");
  await snapshotSubvolume(from, data, "read");
  return { at, way: "atomic" };
}

/** Some files cannot share their blocks even where others can: those that a person took out of copy-on-write. */
async function sharedOrCopied(take: Take, from: string, data: string): Promise<About> {
  const { at, report, signal } = take;
  report("taking a snapshot");
  try {
    await copyTree(from, data, "reflink", signal);
  } catch (thrown) {
    if (problemOf(thrown).code !== "SNAPSHOT_FAILED") throw thrown;
    await removeTree(data);
    return copied(take, from, data);
  }
  await flush(data, signal);
  return { at, way: "reflink" };
}

async function copied({ service, at, report, signal }: Take, from: string, data: string): Promise<About> {
  report("counting");
  const bytes = await refuseWithoutRoom(service, from, data);
  report("copying");
  await copyTree(from, data, "copy", signal);
  await flush(data, signal);
  return { at, way: "copy", bytes };
}
