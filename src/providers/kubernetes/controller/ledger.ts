import { fail } from "../../../lib/problem.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { KubeClient } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { podState } from "../pod.ts";
import { controllerName } from "../rbac/roles.ts";
import { labels } from "../translate/marks.ts";
import { places } from "./objects.ts";

/** Bytes of a ledger at most, and milliseconds that a controller may take to hand it out. */
const most = 64 * 1024 * 1024;
const patience = 20_000;

/** tar's word for a file that grew while it was read, as a journal does (https://www.gnu.org/software/tar/manual/html_node/Synopsis.html). */
const fileChanged = 1;

/**
 * The ledger of a site that has a controller in its cluster: a tar archive of its files, without locks. undefined while the controller does not
 * run. Problem: `CONTROLLER_FAILED`.
 */
export async function controllerLedger(client: KubeClient, site: string): Promise<Uint8Array | undefined> {
  const namespace = namespaceOf(site, "front");
  const pod = await runningController(client, namespace);
  if (pod === undefined) return undefined;
  const pieces: Uint8Array[] = [];
  let size = 0;
  let said = "";
  const place = `${places.root}/sites/${site}/ledger`;
  const words = ["tar", "-c", "--exclude=./converge*", "--exclude=./supervisor*", "-C", place, "."];
  const code = await client.exec(namespace, pod, controllerName, words, {
    onStdout: (bytes) => {
      size += bytes.length;
      if (size <= most) pieces.push(Uint8Array.from(bytes));
    },
    onStderr: (bytes) => {
      said = `${said}${Buffer.from(bytes).toString("utf8")}`.slice(-1000);
    },
    signal: AbortSignal.timeout(patience),
  });
  if (code <= fileChanged && size <= most) return Buffer.concat(pieces);
  const got = size > most ? `more than ${most} bytes` : said.trim();
  return fail("CONTROLLER_FAILED", `expected the controller to hand out its ledger, got: ${got}`, {
    hint: `kubectl -n ${namespace} logs deploy/controller tells more`,
  });
}

async function runningController(client: KubeClient, namespace: string): Promise<string | undefined> {
  const chosen = `${labels.component}=${controllerName}`;
  for await (const pod of client.list(objectKinds.pod, { namespace, labels: chosen }))
    if (pod.metadata.deletionTimestamp === undefined && podState(pod).ready) return pod.metadata.name;
  return undefined;
}
