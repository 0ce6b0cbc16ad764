import { problemOf } from "../../../lib/problem.ts";
import { fine, warning, wrong } from "../../finding.ts";
import type { Finding } from "../../provider.ts";
import { clusterTime } from "../cluster-time.ts";
import type { ExaminedCluster } from "./examined.ts";

const second = 1000;
const name = "clock";

/** Compares this machine's clock with the cluster's: an object that it only pretends to make says when that was, to the second. */
export async function examineClock({ client, clock }: ExaminedCluster): Promise<readonly Finding[]> {
  const before = clock.now();
  try {
    const theirs = await clusterTime(client, client.namespace);
    return theirs === undefined ? [] : [judgeClock(theirs + second / 2 - (before + clock.now()) / 2)];
  } catch (thrown) {
    // who may not make one there has been told of that already
    if (["CLUSTER_REFUSED", "OBJECT_MISSING", "QUOTA_EXCEEDED"].includes(problemOf(thrown).code)) return [];
    throw thrown;
  }
}

/** What follows from the cluster's clock being so many milliseconds ahead. Pure. */
export function judgeClock(ahead: number): Finding {
  const seconds = Math.round(Math.abs(ahead) / second);
  const found = `the cluster's is ${seconds} s ${ahead > 0 ? "ahead of" : "behind"} this machine's`;
  const fix = "timedatectl set-ntp true, on whichever of the two is wrong";
  if (seconds <= 2) return fine(name, "this machine's and the cluster's agree");
  if (seconds <= 30) return warning(name, found, "less than 2 s", fix);
  return wrong(name, found, "less than 2 s; certificates and tokens fail otherwise", fix);
}
