import { fail } from "../../../lib/problem.ts";
import type { ApplyContext } from "../../provider.ts";
import { isSnapshotName, type Snapshot } from "../../snapshots.ts";
import type { Session } from "../session.ts";
import { refuseInUse } from "./at-rest.ts";
import { ensureSnapshotsClaim, plainClaim } from "./claims.ts";
import { readRecords, type TakenSnapshot, type TakenVolume, writeRecord } from "./record.ts";
import { runWork } from "./run-work.ts";
import { userOfState } from "./state-user.ts";
import { type StateVolume, stateVolumes } from "./volumes.ts";

/** Copies every volume of a service, side by side; see the port for what holds. */
export async function takeSnapshot(
  session: Session,
  service: string,
  name: string,
  context: ApplyContext,
): Promise<Snapshot> {
  if (!isSnapshotName(name)) fail("BUG", `expected a snapshot's name, got "${name}"`, { kind: "bug" });
  context.signal.throwIfAborted();
  const known = await readRecords(session, service);
  const there = known.find((each) => each.name === name);
  if (there !== undefined) return spoken(there);
  const volumes = await needVolumes(session, service);
  const claims = volumes.map(({ claim }) => claim);
  await refuseInUse(session, service, claims);
  const at = session.clock.now();
  const began = session.clock.elapsed();
  const copied = volumes.some(({ bound }) => bound);
  if (copied) context.report("copying");
  const names = known.map((each) => each.name);
  const parts = await Promise.all(volumes.map((volume) => copyVolume(session, service, volume, name, names, context)));
  await refuseInUse(session, service, claims); // who began meanwhile may have written
  const taken: TakenSnapshot = {
    service,
    name,
    at,
    way: "copy",
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    milliseconds: copied ? Math.max(1, Math.round(session.clock.elapsed() - began)) : 0,
    volumes: parts,
  };
  await writeRecord(session, taken, context.signal);
  return spoken(taken);
}

/** The volumes of a service. Problem: `STATE_NONE`. */
export async function needVolumes(session: Session, service: string): Promise<readonly StateVolume[]> {
  const volumes = await stateVolumes(session, service);
  return volumes.length > 0 ? volumes : fail("STATE_NONE", `expected state of ${service}, got none`);
}

/** A snapshot as the port tells it. */
export function spoken({ service, name, at, way, bytes }: TakenSnapshot): Snapshot {
  return { service, name, at, way, ...(bytes === undefined ? {} : { bytes }) };
}

async function copyVolume(
  session: Session,
  service: string,
  { claim, object, bound }: StateVolume,
  name: string,
  keep: readonly string[],
  context: ApplyContext,
): Promise<TakenVolume> {
  const volume = { claim, object: plainClaim(object), empty: !bound, bytes: 0 };
  if (!bound) return volume;
  const user = await userOfState(session, service, claim);
  await ensureSnapshotsClaim(session, service, object, context.signal);
  const task = { keep, take: name };
  const { bytes = 0 } = await runWork(session, { service, claim, withState: true, task, user }, context);
  return { ...volume, bytes, ...(user === undefined ? {} : { user }) };
}
