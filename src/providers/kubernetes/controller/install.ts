import type { Clock } from "../../../lib/clock.ts";
import { fail } from "../../../lib/problem.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { KubeClient } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { ensureFrontNamespace } from "../lease/front-namespace.ts";
import { podState } from "../pod.ts";
import { controllerName } from "../rbac/roles.ts";
import { labels } from "../translate/marks.ts";
import { type ControllerFacts, controllerObjects, places } from "./objects.ts";

/** What is installed, and what it is to know from the beginning. */
export type Installing = ControllerFacts & {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A tar archive of the site's home: taken over by a controller that knows nothing yet. */
  readonly handover: Uint8Array | undefined;
  /** The same of who may sign: taken over always. */
  readonly trust: Uint8Array | undefined;
};

/** Milliseconds that it may take to start: its image may have to be pulled. */
const patience = 300_000;

/**
 * Makes the controller of a site, or brings it up to date, and hands over what is known of the site. May be done again. Problems: `CONTROLLER_UNSTARTED`,
 * `CONTROLLER_FAILED`, those of `KubeClient`.
 */
export async function installController(installing: Installing): Promise<void> {
  const { client, site, signal, clock } = installing;
  const until = clock.elapsed() + patience;
  while ((await ensureFrontNamespace(client, site)) === "going") {
    if (clock.elapsed() >= until) unstarted(site);
    await clock.sleep(1000, signal);
  }
  for (const object of controllerObjects(installing)) await client.apply(object, { force: true, signal });
  const pod = await runningPod(installing, until);
  const run = (command: readonly string[], stdin?: Uint8Array) => runIn(installing, pod, command, stdin);
  const home = `${places.root}/sites/${site}`;
  await needDone(run(["mkdir", "-p", "-m", "711", home]));
  await needDone(run(["mkdir", "-p", "-m", "700", `${places.root}/keys`]));
  await needDone(run(["ln", "-sfn", `${places.keys}/age.txt`, `${places.root}/keys/age.txt`]));
  const isNew = (await run(["test", "-e", `${home}/ledger/applied.json`])).code !== 0;
  const unpack = ["tar", "-x", "-C", home];
  if (isNew && installing.handover !== undefined) await needDone(run(unpack, installing.handover));
  if (installing.trust !== undefined) await needDone(run(unpack, installing.trust));
  await needDone(run(["freehold", "install", "--site-name", site, "--without-unit"]));
}

/** Whether a site has a controller in its cluster. */
export async function isControlled(client: KubeClient, site: string): Promise<boolean> {
  return (await client.get(objectKinds.deployment, namespaceOf(site, "front"), controllerName)) !== undefined;
}

async function needDone(done: Promise<{ readonly code: number; readonly said: string }>): Promise<void> {
  const { code, said } = await done;
  if (code === 0) return;
  fail("CONTROLLER_FAILED", `expected the controller to take over what is known of the site, got: ${said.trim()}`, {
    hint: "freehold install tries it again",
  });
}

async function runningPod({ client, clock, site, signal, image }: Installing, until: number): Promise<string> {
  const namespace = namespaceOf(site, "front");
  const chosen = `${labels.component}=${controllerName}`;
  for (;;) {
    for await (const pod of client.list(objectKinds.pod, { namespace, labels: chosen, signal })) {
      const isOurs = JSON.stringify(pod.spec).includes(`"image":${JSON.stringify(image)}`);
      if (isOurs && pod.metadata.deletionTimestamp === undefined && podState(pod).runningSince !== undefined)
        return pod.metadata.name;
    }
    if (clock.elapsed() >= until) unstarted(site);
    await clock.sleep(500, signal);
  }
}

function unstarted(site: string): never {
  const namespace = namespaceOf(site, "front");
  return fail("CONTROLLER_UNSTARTED", `expected the controller of ${site} to start, got nothing for five minutes`, {
    kind: "waiting",
    hint: `kubectl -n ${namespace} describe pods -l ${labels.component}=${controllerName} tells what it waits for`,
  });
}

async function runIn(
  { client, site, signal }: Installing,
  pod: string,
  command: readonly string[],
  input?: Uint8Array,
) {
  let said = "";
  const keep = (bytes: Uint8Array): void => {
    said = `${said}${Buffer.from(bytes).toString("utf8")}`.slice(-4096);
  };
  const code = await client.exec(namespaceOf(site, "front"), pod, controllerName, command, {
    onStdout: keep,
    onStderr: keep,
    signal,
    ...(input !== undefined && { stdin: once(input) }),
  });
  return { code, said };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const piece = 32 * 1024;
  for (let from = 0; from < bytes.length; from += piece) yield bytes.subarray(from, from + piece);
}
