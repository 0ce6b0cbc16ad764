import { appendFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type GeneratedSite, withGeneratedSite } from "../generated-site.ts";
import { exported, withFile } from "../kubernetes/exported.ts";
import { kubectl, removeSites } from "../kubernetes/kubectl.ts";
import { type Pass, runPass } from "../kubernetes/run-pass.ts";
import { median, timeOf } from "../repeat.ts";
import { type FoundRow, megabytes, milliseconds, type Row, times } from "../row.ts";
import { amountText } from "../table.ts";

const sizes = [100, 1_000] as const;

/** How often a pass without work is measured. */
const rounds = 3;

/** A hundredth of the services leaves the site, none of which others reach. */
const isPruned = (index: number): boolean => index % 100 === 50;

/** What one size took. */
type Found = {
  readonly count: number;
  readonly first: Pass;
  readonly idle: readonly Pass[];
  readonly one: Pass;
  readonly pruned: Pass;
  readonly floor: Floor;
};

/** Milliseconds of `kubectl apply` of the exported YAML: on the server side twice, on the client side, and of the removal of what we prune. */
type Floor = { readonly server: number; readonly again: number; readonly client: number };

/**
 * A site of many services on an API server without nodes, so that nothing but the API is measured: all of it, a pass without work, one
 * change, a prune. Of its own in the cluster: what is there stays as it is.
 */
export async function kubernetesRows(): Promise<readonly Row[]> {
  const figure = "many services on a cluster";
  if ((process.env.KUBECONFIG ?? "") === "") return [{ figure, leftOut: "KUBECONFIG names no cluster" }];
  if ((await kubectl(["get", "nodes", "-o", "name"])) !== "") return [{ figure, leftOut: "the cluster has nodes" }];
  const context = (await kubectl(["config", "current-context"])).trim();
  const found: Found[] = [];
  for (const count of sizes) found.push(await measured(count, context));
  return [...found.flatMap(rowsOf), ...linearRow(found)];
}

async function measured(count: number, context: string): Promise<Found> {
  const names = ["bench", "floor", "client"].map((word) => `${word}-${count}`);
  const [ours = "", server = "", client = ""] = names;
  try {
    const passes = await withSite(count, ours, context, (site) => ourPasses(site, count));
    const applied = ["apply", "--server-side", "--filename"];
    const [first, again] = await withSite(count, server, context, async ({ directory }) =>
      withFile(await exported(directory), async (path) => [
        await timeOf(() => kubectl([...applied, path])),
        await timeOf(() => kubectl([...applied, path])),
      ]),
    );
    const onClient = await withSite(count, client, context, async ({ directory }) =>
      withFile(await exported(directory), (path) => timeOf(() => kubectl(["apply", "--filename", path]))),
    );
    return { count, ...passes, floor: { server: first ?? 0, again: again ?? 0, client: onClient } };
  } finally {
    await removeSites(names);
  }
}

function withSite<Result>(
  count: number,
  name: string,
  context: string,
  work: (site: GeneratedSite) => Promise<Result>,
): Promise<Result> {
  const head = `name: ${name}\ndomain: ${name}.test\nengine: {kubernetes: {context: "${context}"}}\n`;
  return withGeneratedSite(count, work, head);
}

async function ourPasses({ directory }: GeneratedSite, count: number): Promise<Omit<Found, "count" | "floor">> {
  const first = await runPass(directory);
  const idle: Pass[] = [];
  for (let round = 0; round < rounds; round += 1) idle.push(await runPass(directory));
  const busy = idle.find(({ steps }) => steps > 0);
  if (busy !== undefined) throw new Error(`expected nothing to do, got ${busy.steps} steps`);
  await appendFile(join(directory, "services/service-7.yaml"), "command: [nginx]\n");
  const one = await runPass(directory);
  for (let index = 0; index < count; index += 1)
    if (isPruned(index)) await rm(join(directory, `services/service-${index}.yaml`));
  return { first, idle, one, pruned: await runPass(directory) };
}

function rowsOf({ count, first, idle, one, pruned, floor }: Found): readonly FoundRow[] {
  const many = `${count.toLocaleString("en")} services`;
  const nothing = middle(idle);
  const most = Math.max(...[first, ...idle, one, pruned].map(({ memory }) => memory));
  return [
    {
      figure: `${many} applied to a cluster's API`,
      measured: milliseconds(first.milliseconds),
      floor: { what: "`kubectl apply --server-side` of the export", amount: milliseconds(floor.server) },
      ratio: times(first.milliseconds / floor.server),
      bound: { at: "most", amount: times(2) },
      notes: [asked(first), `\`kubectl apply\` on the client side ${amountText(milliseconds(floor.client))}`],
    },
    {
      figure: `pass without work, ${many} on a cluster`,
      measured: milliseconds(nothing.milliseconds),
      floor: { what: "`kubectl apply --server-side` again", amount: milliseconds(floor.again) },
      ratio: times(nothing.milliseconds / floor.again),
      bound: { at: "most", amount: times(0.5) },
      notes: [asked(nothing), ...(nothing.milliseconds > 5000 ? ["over 5 s"] : [])],
    },
    {
      figure: `one service changed, of ${many} on a cluster`,
      measured: milliseconds(one.milliseconds),
      bound: { at: "most", amount: milliseconds(2 * nothing.milliseconds + 2000), because: "2 × no work and 2 s" },
      notes: [asked(one)],
    },
    {
      figure: `${count / 100} of ${many} pruned from a cluster`,
      measured: milliseconds(pruned.milliseconds),
      bound: { at: "most", amount: milliseconds(60_000) },
      notes: [asked(pruned)],
    },
    {
      figure: `memory of a pass, ${many} on a cluster`,
      measured: megabytes(most),
      bound: { at: "most", amount: megabytes(512 * 1024 ** 2) },
    },
  ];
}

function linearRow(found: readonly Found[]): readonly FoundRow[] {
  const [few, many] = found.map(({ count, idle }) => middle(idle).milliseconds / count);
  if (few === undefined || many === undefined) return [];
  return [
    {
      figure: "pass without work on a cluster, time per service, of 1,000",
      measured: milliseconds(many),
      floor: { what: "of 100", amount: milliseconds(few) },
      ratio: times(many / few),
      bound: { at: "most", amount: times(1.5), because: "linear" },
    },
  ];
}

function middle(passes: readonly Pass[]): Pass {
  const time = median(passes.map(({ milliseconds: took }) => took));
  const found = passes.find(({ milliseconds: took }) => took === time);
  if (found === undefined) throw new Error("expected a pass, got none");
  return found;
}

function asked({ requests, steps }: Pass): string {
  const [back, forth] = [requests.bytesIn, requests.bytesOut].map((bytes) => amountText(megabytes(bytes)));
  return `${steps.toLocaleString("en")} steps, ${requests.count.toLocaleString("en")} requests, ${back} read, ${forth} written`;
}
