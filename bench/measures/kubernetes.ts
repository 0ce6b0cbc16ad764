import { randomBytes } from "node:crypto";
import { appendFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type GeneratedSite, withGeneratedSite } from "../generated-site.ts";
import { exported, withFile } from "../kubernetes/exported.ts";
import { kubectl } from "../kubernetes/kubectl.ts";
import { removeSites } from "../kubernetes/remove-sites.ts";
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

/** The names of three sites that are alike: ours, that of the floor, and that of kubectl on the client side. */
type Names = readonly [string, string, string];

/** Milliseconds of `kubectl apply` of the exported YAML on the server side; of few services also when all is so already, and on the client side. */
type Floor = { readonly server: number; readonly again?: number; readonly client?: number };

/** Of how many services kubectl is asked a second and a third time: it takes minutes with more. */
const few = sizes[0];

/**
 * A site of many services on an API server without nodes, so that nothing but the API is measured: all of it, a pass without work, one
 * change, a prune. Under names of its own in the cluster: what is there stays as it is.
 */
export async function kubernetesRows(): Promise<readonly Row[]> {
  const figure = "many services on a cluster";
  if ((process.env.KUBECONFIG ?? "") === "") return [{ figure, leftOut: "KUBECONFIG names no cluster" }];
  if ((await kubectl(["get", "nodes", "-o", "name"])) !== "") return [{ figure, leftOut: "the cluster has nodes" }];
  const context = (await kubectl(["config", "current-context"])).trim();
  const found: Found[] = [];
  const run = randomBytes(2).toString("hex"); // what a run before left may still be on its way out
  const namesOf = (count: number): Names => [`ours${count}${run}`, `floor${count}${run}`, `client${count}${run}`];
  try {
    for (const count of sizes) found.push(await measured(count, context, namesOf(count)));
  } finally {
    await removeSites(sizes.flatMap(namesOf));
  }
  return [...found.flatMap(rowsOf), ...linearRows(found)];
}

async function measured(count: number, context: string, [ours, server, client]: Names): Promise<Found> {
  const serverSide = ["apply", "--server-side"];
  // the floor comes first: the cluster holds all of it already when ours is applied
  const onServer = count === few ? [serverSide, serverSide] : [serverSide];
  const [first = 0, again] = await withExport(count, server, context, onServer);
  const [onClient] = count === few ? await withExport(count, client, context, [["apply"]]) : [];
  const passes = await withSite(count, ours, context, (site) => ourPasses(site, count));
  const floor: Floor = {
    server: first,
    ...(again === undefined ? {} : { again }),
    ...(onClient === undefined ? {} : { client: onClient }),
  };
  return { count, ...passes, floor };
}

/** How long kubectl takes for a site's export, with one command after the other, in milliseconds. */
function withExport(
  count: number,
  name: string,
  context: string,
  commands: readonly (readonly string[])[],
): Promise<readonly number[]> {
  return withSite(count, name, context, async ({ directory }) =>
    withFile(await exported(directory), async (path) => {
      const found: number[] = [];
      for (const words of commands) found.push(await timeOf(() => kubectl([...words, "--filename", path])));
      return found;
    }),
  );
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
      notes: [
        asked(first),
        ...(floor.client === undefined
          ? []
          : [`\`kubectl apply\` on the client side ${amountText(milliseconds(floor.client))}`]),
      ],
    },
    {
      figure: `pass without work, ${many} on a cluster`,
      measured: milliseconds(nothing.milliseconds),
      ...(floor.again === undefined
        ? {}
        : { floor: { what: "`kubectl apply --server-side` again", amount: milliseconds(floor.again) } }),
      bound: { at: "most", amount: milliseconds(5000) },
      notes: [asked(nothing)],
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

function linearRows(found: readonly Found[]): readonly FoundRow[] {
  return [
    linearRow("applied to a cluster's API", found, ({ first }) => first),
    linearRow("pass without work on a cluster", found, ({ idle }) => middle(idle)),
  ].flat();
}

function linearRow(figure: string, found: readonly Found[], passOf: (one: Found) => Pass): readonly FoundRow[] {
  const [ofFew, ofMany] = found.map((one) => passOf(one).milliseconds / one.count);
  if (ofFew === undefined || ofMany === undefined) return [];
  return [
    {
      figure: `${figure}, time per service, of 1,000`,
      measured: milliseconds(ofMany),
      floor: { what: "of 100", amount: milliseconds(ofFew) },
      ratio: times(ofMany / ofFew),
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
