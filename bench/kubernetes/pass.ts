// One pass over the site in a directory on the cluster of KUBECONFIG: what `freehold up` does without its words. Prints a `Pass` as JSON.
// A program of its own, so that its memory is that of one pass.
import { resolve } from "node:path";
import { prepare } from "../../src/controller/prepare.ts";
import { takeSteps } from "../../src/converge/converge.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { isEmpty } from "../../src/plan/basis.ts";
import { stepId } from "../../src/plan/step.ts";
import { accessFrom } from "../../src/providers/kubernetes/client/access-from.ts";
import { kubeClient } from "../../src/providers/kubernetes/client/kube-client.ts";
import { kubernetesRuntime } from "../../src/providers/kubernetes/provider.ts";
import { load } from "../../src/site/load.ts";
import { presentImages } from "./present-images.ts";

const [directory = "."] = process.argv.slice(2);
const clock = systemClock;
const { site, problems } = await load(directory, { images: resolve(import.meta.dirname, "../../images") });
if (site === undefined) throw new Error(`expected a site without problems, got ${JSON.stringify(problems[0])}`);
const client = kubeClient(await accessFrom(process.env), clock);
const runtime = kubernetesRuntime({ client, clock, images: presentImages, open: async () => new Map() });
try {
  const { plan } = await prepare(site, runtime);
  const planned = clock.elapsed();
  const options = {
    runtime,
    clock,
    signal: new AbortController().signal,
    progress: () => {},
    health: "needed" as const,
  };
  const outcomes = isEmpty(plan) ? [] : await takeSteps(plan, options);
  const failed = outcomes.filter(({ result }) => result !== "done");
  const pass = {
    planned,
    milliseconds: clock.elapsed(),
    steps: outcomes.length,
    failed: failed.map(({ step, result, problem }) => `${stepId(step)} ${result}: ${problem?.message ?? ""}`),
    requests: client.requests,
    memory: process.resourceUsage().maxRSS * 1024,
  };
  process.stdout.write(`${JSON.stringify(pass)}\n`);
} finally {
  await runtime.close();
  await client.close();
}
