import type { Clock } from "../../../lib/clock.ts";
import { fail, ProblemError, problem, problemOf } from "../../../lib/problem.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { Alone, AloneHolder, AloneOptions } from "../../alone.ts";
import type { KubeClient, KubeObject } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { ensureFrontNamespace } from "./front-namespace.ts";
import {
  type LeaseHolder,
  leaseName,
  leaseSeconds,
  type ReadLease,
  readLease,
  renewal,
  surrender,
  takenLease,
} from "./record.ts";

/** Who asks for a lease, of which site, and with what. */
export type Applicant = {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly site: string;
  /** Tells this place (a ledger, a pod) from all others: `ada@attic_1f2e3d4c`. Whoever has it does one thing at a time. */
  readonly identity: string;
};

/** Milliseconds between two signs of life, between two looks at somebody else's, and until silence counts as a loss. */
const rhythm = { sign: 5000, look: 1000, loss: 20_000 } as const;

/** Milliseconds that a namespace which is on its way out may take. */
const clearing = 90_000;

/**
 * Takes the lease of a site and gives signs of life until it is released. One whose holder is silent for as long as it says (watched by our own
 * clock, so that no other must be right), or whose holder was here and is dead, is taken over. Problems: `LOCKED`, `OBJECT_FOREIGN`.
 */
export async function holdLease(applicant: Applicant, options: AloneOptions): Promise<Alone> {
  const { client, clock, site, identity } = applicant;
  const { what, waitMilliseconds, onWait = () => {}, signal } = options;
  const isSilent = watchSilence(clock);
  const began = clock.elapsed();
  let told = "";
  for (;;) {
    const found = await client.get(objectKinds.lease, namespaceOf(site, "front"), leaseName, signal);
    const lease = found && readLease(found);
    const holder = lease?.holder;
    const isOpen = holder === undefined || holder.identity === identity || isSilent(lease);
    const taken = isOpen ? await take(applicant, { identity, what, since: clock.now() }, found) : undefined;
    if (taken !== undefined) return keep(applicant, taken);
    const waited = clock.elapsed() - began;
    if (waited >= (holder === undefined ? clearing : waitMilliseconds)) refuse(holder);
    if (holder !== undefined && told !== holder.identity) {
      told = holder.identity;
      onWait(shown(holder));
    }
    await clock.sleep(rhythm.look, signal);
  }
}

/** Writes us into the lease; undefined when somebody else was quicker, or the namespace is on its way out. */
async function take(
  { client, site }: Applicant,
  holder: LeaseHolder,
  found: KubeObject | undefined,
): Promise<KubeObject | undefined> {
  const wanted = takenLease(site, holder);
  if (found === undefined) {
    if ((await ensureFrontNamespace(client, site)) === "going") return undefined;
    return unlessMoved(client.create(wanted));
  }
  const { labels = {}, annotations = {} } = wanted.metadata;
  const metadata = { resourceVersion: found.metadata.resourceVersion, labels, annotations };
  return unlessMoved(client.patch(...placeOf(site), { metadata, spec: wanted.spec }, "merge"));
}

/** Gives signs of life. When none got through for long enough that others may begin, or somebody else holds it, it is lost. */
function keep({ client, clock, site, identity }: Applicant, taken: KubeObject): Alone {
  const lost = new AbortController();
  const over = new AbortController();
  let version = taken.metadata.resourceVersion ?? "";
  let lastSign = clock.elapsed();

  const giveSign = async (): Promise<void> => {
    const renewed = await unlessMoved(
      client.patch(...placeOf(site), renewal(version, clock.now()), "merge", { signal: over.signal }),
    );
    if (renewed !== undefined) {
      version = renewed.metadata.resourceVersion ?? "";
      lastSign = clock.elapsed();
      return;
    }
    const now = await client.get(...placeOf(site), over.signal);
    if (now === undefined) return; // the namespace went, as `down` wants it
    const { holder, version: newer } = readLease(now);
    if (holder?.identity !== identity) return lost.abort(lostProblem());
    version = newer;
  };
  const live = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await clock.sleep(rhythm.sign, over.signal);
      await giveSign().catch((thrown: unknown) => {
        if (problemOf(thrown).kind !== "transient") throw thrown;
      });
      if (clock.elapsed() - lastSign >= rhythm.loss) lost.abort(lostProblem());
    }
  };
  const living = live().catch((thrown: unknown) => {
    if (!over.signal.aborted) lost.abort(thrown);
  });
  return {
    lost: lost.signal,
    release: async () => {
      if (over.signal.aborted) return;
      over.abort(new Error("released"));
      await living;
      // what does not get through ends by itself when the lease runs out
      await client.patch(...placeOf(site), surrender(version), "merge").catch((thrown: unknown) => {
        if (problemOf(thrown).kind === "bug") throw thrown;
      });
    },
  };
}

function placeOf(site: string) {
  return [objectKinds.lease, namespaceOf(site, "front"), leaseName] as const;
}

/** Undefined when the lease was written, made or removed by somebody else meanwhile. */
async function unlessMoved(work: Promise<KubeObject>): Promise<KubeObject | undefined> {
  try {
    return await work;
  } catch (thrown) {
    if (["OBJECT_CONFLICT", "OBJECT_EXISTS", "OBJECT_MISSING"].includes(problemOf(thrown).code)) return undefined;
    throw thrown;
  }
}

/** Tells by one look after the other whether a holder has been silent for longer than its lease lasts. */
function watchSilence(clock: Clock): (lease: ReadLease | undefined) => boolean {
  let seen: string | undefined;
  let since = 0;
  return (lease) => {
    if (lease?.sign !== seen) since = clock.elapsed();
    seen = lease?.sign;
    return clock.elapsed() - since > (lease?.seconds ?? leaseSeconds) * 1000;
  };
}

function shown({ identity, what, since }: LeaseHolder): AloneHolder {
  return { what, who: identity.replace(/_[0-9a-f]+$/, ""), since };
}

function refuse(holder: LeaseHolder | undefined): never {
  if (holder === undefined)
    return fail("LOCKED", "expected the site's namespace to be gone or there, got one that does not finish going", {
      kind: "waiting",
      hint: "kubectl get namespaces tells what holds it up",
    });
  const { what, who, since } = shown(holder);
  const time = since === 0 ? "" : ` since ${new Date(since).toISOString().replace(/\.\d+Z$/, "Z")}`;
  return fail("LOCKED", `expected to be the only one at work, got ${what} (${who})${time}`, {
    kind: "waiting",
    hint: "wait until it is done, then run this again",
  });
}

function lostProblem(): ProblemError {
  const message = "expected to be the only one at work, got a cluster that may let somebody else begin";
  const hint = "see that the cluster answers, then run this again: what was begun is completed";
  return new ProblemError(problem("LEASE_LOST", message, { kind: "waiting", hint }));
}
