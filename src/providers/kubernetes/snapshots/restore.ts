import { fail } from "../../../lib/problem.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { ApplyContext } from "../../provider.ts";
import { objectKinds } from "../client/object-kinds.ts";
import type { Session } from "../session.ts";
import { refuseInUse } from "./at-rest.ts";
import { removeClaim } from "./claims.ts";
import { readRecords, type TakenVolume } from "./record.ts";
import { runWork } from "./run-work.ts";
import type { StateTask } from "./state-child.ts";
import { userOfState } from "./state-user.ts";
import { stateVolumes } from "./volumes.ts";

/**
 * Lays what a snapshot has ready beside each volume, and only when all are ready puts them in place: that is renaming, and a cut-off
 * one is completed by the next work on its volume. See the port for what holds.
 */
export async function restoreSnapshot(
  session: Session,
  service: string,
  name: string,
  context: ApplyContext,
): Promise<void> {
  const { signal, report } = context;
  signal.throwIfAborted();
  const taken = (await readRecords(session, service)).find((each) => each.name === name);
  if (taken === undefined)
    return fail("SNAPSHOT_UNKNOWN", `expected a snapshot ${name} of ${service}, got none`, {
      hint: `freehold snapshots ${service} lists what there is`,
    });
  const now = await stateVolumes(session, service);
  await refuseInUse(
    session,
    service,
    [...now, ...taken.volumes].map(({ claim }) => claim),
  );
  report("putting the state back");
  const full = taken.volumes.filter(({ empty }) => !empty);
  const empty = taken.volumes.filter((volume) => volume.empty);
  for (const { object } of full) await session.client.apply(object, { force: true, signal });
  const work = (task: StateTask): Promise<unknown> =>
    Promise.all(full.map((volume) => workOn(session, service, volume, task, context)));
  if (full.length === 1) await work({ stage: name, move: true });
  if (full.length > 1) {
    await work({ stage: name });
    await work({ move: true });
  }
  for (const { claim, bound } of now) {
    const was = taken.volumes.find((volume) => volume.claim === claim);
    if (was === undefined || (was.empty && bound)) await removeClaim(session, service, claim, signal);
  }
  for (const { claim, object } of empty) {
    const there = await session.client.get(
      objectKinds.persistentVolumeClaim,
      namespaceOf(session.site, service),
      claim,
    );
    if (there === undefined) await session.client.apply(object, { force: true, signal });
  }
}

async function workOn(
  session: Session,
  service: string,
  { claim, user: known }: TakenVolume,
  task: StateTask,
  context: ApplyContext,
): Promise<void> {
  const user = await userOfState(session, service, claim, known);
  await runWork(session, { service, claim, withState: true, task, user }, context);
}
