import { listAt, textAt } from "../../../lib/json.ts";
import { problemOf } from "../../../lib/problem.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { SnapshotCost } from "../../snapshots.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { podState } from "../pod.ts";
import { runInPod } from "../run-in-pod.ts";
import type { Session } from "../session.ts";
import { ensureSnapshotsClaim } from "./claims.ts";
import { readRecords, type TakenSnapshot } from "./record.ts";
import { runWork } from "./run-work.ts";
import { userOfState } from "./state-user.ts";
import { needVolumes } from "./take.ts";
import type { StateVolume } from "./volumes.ts";

/** What is reckoned with until a copy was measured: a pod starts in 3 s, and copies 100 MB in a second. Milliseconds; bytes in one. */
const start = 3000;
const usualSpeed = 100_000;
/** So long may counting take where the service runs, in milliseconds. */
const patience = 10_000;

/** What a snapshot would cost: what is in each volume now, at the speed of the last copy. Problem: `STATE_NONE`. */
export async function costOf(session: Session, service: string): Promise<SnapshotCost> {
  const volumes = (await needVolumes(session, service)).filter(({ bound }) => bound);
  const records = await readRecords(session, service);
  const sizes = await Promise.all(volumes.map((volume) => sizeOf(session, service, volume, records)));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (volumes.length === 0) return { way: "copy", bytes, milliseconds: 100 };
  return { way: "copy", bytes, milliseconds: start + Math.round(bytes / speedOf(records)) };
}

/** Only a copy of some size tells: else the start of its pod is all that was measured. */
function speedOf(records: readonly TakenSnapshot[]): number {
  const large = records.find(({ bytes = 0, milliseconds }) => bytes > 50_000_000 && milliseconds > start);
  return large?.bytes === undefined ? usualSpeed : large.bytes / (large.milliseconds - start / 2);
}

/** Counted from inside who has it; when nobody has, as it was at the last copy, and only without one in a pod of our own. */
async function sizeOf(
  session: Session,
  service: string,
  volume: StateVolume,
  records: readonly TakenSnapshot[],
): Promise<number> {
  const { client, site } = session;
  const copied = records[0]?.volumes.find(({ claim }) => claim === volume.claim);
  for await (const pod of client.list(objectKinds.pod, { namespace: namespaceOf(site, service) })) {
    const { claims, runningSince, name, namespace, container } = podState(pod);
    if (!claims.includes(volume.claim) || runningSince === undefined) continue;
    const path = mountOf(pod, volume.claim);
    if (path === undefined) continue;
    try {
      const command = ["du", "-sk", path];
      const where = { namespace, pod: name, container };
      const { stdout } = await runInPod(client, where, command, { signal: AbortSignal.timeout(patience) });
      const kilobytes = /^\d+/.exec(stdout)?.[0];
      if (kilobytes !== undefined) return Number(kilobytes) * 1024;
    } catch (thrown) {
      if (problemOf(thrown).kind === "bug") throw thrown;
    }
    return copied?.bytes ?? 0; // it cannot be counted from inside while it runs
  }
  if (copied !== undefined) return copied.bytes;
  await ensureSnapshotsClaim(session, service, volume.object, AbortSignal.timeout(patience));
  const user = await userOfState(session, service, volume.claim);
  const work = { service, claim: volume.claim, withState: true, task: { count: true }, user } as const;
  const { bytes = 0 } = await runWork(session, work, { report: () => {}, signal: AbortSignal.timeout(300_000) });
  return bytes;
}

function mountOf(pod: { readonly [key: string]: unknown }, claim: string): string | undefined {
  const volume = listAt(pod, "spec", "volumes").find(
    (each) => textAt(each, "persistentVolumeClaim", "claimName") === claim,
  );
  const [main] = listAt(pod, "spec", "containers");
  const mount = listAt(main, "volumeMounts").find((each) => textAt(each, "name") === textAt(volume, "name"));
  return mount === undefined ? undefined : textAt(mount, "mountPath");
}
