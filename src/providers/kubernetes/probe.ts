import { readFile } from "node:fs/promises";
import { at, listAt, numberAt, parseJson, textAt } from "../../lib/json.ts";
import { fail } from "../../lib/problem.ts";
import type { ResourceId } from "../../resource/base.ts";
import type { ProbeRequest } from "../probe-child.ts";
import type { ProbeResult, ProbeTarget } from "../provider.ts";
import type { KubeClient } from "./client/client.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { helperIn } from "./helper.ts";
import { runInPod } from "./run-in-pod.ts";
import { runningPods } from "./running-pods.ts";
import type { Session } from "./session.ts";

/** Milliseconds of silence after which a way counts as closed: a policy of a cluster answers nothing. */
const silence = 1000;
/** Connections at the same time: each takes memory, and a cluster's connection tracking is everybody's. */
const atOnce = 500;

/**
 * Tries TCP connections from inside the network of a container's pod. A name of the cluster stands for one pod behind it: what answers
 * for a Service's own address says nothing of the way to its pods. One that has no pod is `refused`. Problems: `CONTAINER_UNKNOWN`,
 * `CONTAINER_STOPPED`, `PROBE_FAILED`, those of {@link helperIn}.
 */
export async function probe(
  session: Session,
  id: ResourceId,
  targets: readonly ProbeTarget[],
): Promise<readonly ProbeResult[]> {
  const { pods } = await runningPods(session, id);
  if (targets.length === 0) return [];
  const addresses = new Map<string, string | undefined>();
  for (const address of new Set(targets.map((target) => target.address)))
    addresses.set(address, await numberOf(session.client, address));
  const portsOf = Map.groupBy(targets, ({ address }) => addresses.get(address));
  const request: ProbeRequest = {
    targets: [...portsOf].flatMap(([address, same]) =>
      address === undefined ? [] : [{ address, ports: [...new Set(same.map(({ port }) => port))] }],
    ),
    atOnce,
    timeout: silence,
  };
  const reached = await ask(session, await helperIn(session, pods[0]), request, targets.length);
  return targets.map(({ address, port }) => ({
    address,
    port,
    result: reached.has(`${addresses.get(address)} ${port}`) ? "reached" : "refused",
  }));
}

async function ask(
  { client }: Session,
  where: Parameters<typeof runInPod>[1],
  request: ProbeRequest,
  count: number,
): Promise<ReadonlySet<string>> {
  const program = await readFile(new URL("../probe-child.ts", import.meta.url), "utf8");
  const waves = 1 + count / atOnce;
  const run = () =>
    runInPod(client, where, [...small, "-e", program], {
      input: `${JSON.stringify(request)}\n`,
      signal: AbortSignal.timeout(60_000 + waves * (silence + 1000)),
    });
  let said = await run();
  for (let tried = 1; said.code === killed && tried < 3; tried += 1) said = await run();
  const answer = parseJson(said.stdout);
  const failure = textAt(answer, "failure") || (Array.isArray(at(answer, "reached")) ? "" : said.stderr.trim());
  if (said.code !== 0 || failure !== "" || answer === undefined)
    return failed(where.pod, failure || `it ended with ${said.code}`);
  return new Set(
    listAt(answer, "reached").flatMap((each) =>
      listAt(each, "ports").map((port) => `${textAt(each, "address")} ${numberAt({ port }, "port")}`),
    ),
  );
}

/** How a process ends that the kernel killed for want of memory: what the pod itself takes varies, so another time there may be room. */
const killed = 137;

/**
 * What it takes counts into what its pod may take: little is kept in memory, and when that is too much all the same the kernel ends this
 * first (proc_pid_oom_score_adj(5); everybody may give himself up).
 */
const small = [
  "sh",
  "-c",
  'echo 1000 2>/dev/null > /proc/self/oom_score_adj; exec "$@"',
  "sh",
  "node",
  "--no-warnings",
  "--max-old-space-size=24",
  "--v8-pool-size=1",
  "--input-type=module-typescript",
] as const;

/** The address of a pod behind a name of the cluster, one that answers if there is any. What is an address already stays. */
async function numberOf(client: KubeClient, address: string): Promise<string | undefined> {
  const [, service, namespace] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc\./.exec(address) ?? [];
  if (service === undefined || namespace === undefined) return address;
  const labels = `kubernetes.io/service-name=${service}`;
  let any: string | undefined;
  for await (const slice of client.list(objectKinds.endpointSlice, { namespace, labels })) {
    for (const endpoint of listAt(slice, "endpoints")) {
      const [first] = listAt(endpoint, "addresses");
      if (typeof first !== "string") continue;
      if (at(endpoint, "conditions", "ready") === true) return first;
      any ??= first;
    }
  }
  return any;
}

function failed(pod: string, why: string): never {
  return fail("PROBE_FAILED", `connections could not be tried from inside the pod ${pod}: ${why.split("\n").at(-1)}`, {
    kind: "transient",
    hint: "run it again",
  });
}
