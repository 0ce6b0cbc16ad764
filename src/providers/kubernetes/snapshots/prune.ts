import type { ApplyContext } from "../../provider.ts";
import { outdated } from "../../snapshots.ts";
import type { Session } from "../session.ts";
import { readRecords, removeRecord, type TakenSnapshot } from "./record.ts";
import { runWork } from "./run-work.ts";
import { userOfState } from "./state-user.ts";

/** Removes the snapshots that have had their time. Their sizes are known from when they were taken. */
export async function pruneSnapshots(session: Session, service: string): Promise<void> {
  const old = outdated(await readRecords(session, service), session.clock.now()).map(({ name }) => name);
  await removeSnapshots(session, service, old);
}

/** Forgets snapshots, then takes their data away: what is left when that is cut off goes before the next one is taken. */
export async function removeSnapshots(session: Session, service: string, names: readonly string[]): Promise<void> {
  const known = await readRecords(session, service);
  const going = known.filter(({ name }) => names.includes(name));
  for (const { name } of going) await removeRecord(session, service, name);
  const left = known.filter((each) => !going.includes(each)).map(({ name }) => name);
  const context: ApplyContext = { report: () => {}, signal: AbortSignal.timeout(3_600_000) };
  for (const [claim, volume] of copiesIn(going)) {
    const user = await userOfState(session, service, claim, volume.user);
    await runWork(session, { service, claim, withState: false, task: { keep: left }, user }, context);
  }
}

function copiesIn(snapshots: readonly TakenSnapshot[]): ReadonlyMap<string, TakenSnapshot["volumes"][number]> {
  const volumes = snapshots.flatMap((each) => each.volumes).filter(({ empty }) => !empty);
  return new Map(volumes.map((volume) => [volume.claim, volume]));
}
