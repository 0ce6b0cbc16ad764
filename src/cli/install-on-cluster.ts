import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { clusterOf } from "../features/cluster.ts";
import { execBytes } from "../lib/exec-bytes.ts";
import { isThere } from "../lib/fs.ts";
import { fail } from "../lib/problem.ts";
import { type SiteLayout, siteLayout } from "../providers/layout.ts";
import { namespaceOf } from "../resource/namespace.ts";
import { machineIdentity } from "../secrets/machine-identity.ts";
import type { KubernetesEngine, Site } from "../site/site.ts";
import type { Context } from "./command.ts";
import { personOf } from "./create-site.ts";
import { gitIn } from "./git.ts";
import { type Connected, connectCheckout, isCheckout } from "./push/connect-checkout.ts";
import { connectedText } from "./views/connected.ts";

/** Puts a controller into the cluster that a site runs on, hands it what is known here, and connects the checkout around to it. */
export async function installOnCluster(context: Context, site: Site, directory: string): Promise<number> {
  const { roots, env, clock, home, signal, terminal } = context;
  const cluster = clusterOf(site) ?? fail("BUG", "expected a site of a cluster", { kind: "bug" });
  const layout = siteLayout(roots, site.name);
  const connected = await connect(context, site, cluster, directory);
  const keys = await readFile((await machineIdentity(roots.root)).path, "utf8");
  const handover = {
    keys,
    home: await archive(layout, ["ledger"], signal),
    trust: await archive(layout, ["trust"], signal),
  };
  terminal.say([`starting the controller of ${site.name} …`]);
  const { installClusterController } = await import("../providers/cluster.ts");
  await installClusterController({ roots, clock, env, cluster, home }, site.name, handover, signal);
  terminal.print([
    `The controller of ${site.name} runs in ${namespaceOf(site.name, "front")}: it keeps what was last brought up, renews certificates, and serves the start page.`,
    ...(connected === undefined ? [] : connectedText(connected)),
    "",
    "From now on changes come by git; freehold up from a directory is for sites without a controller.",
  ]);
  return 0;
}

/** The remote is git itself in the controller's pod: who may run commands there may push, and what is pushed is judged by its signatures. */
async function connect(
  context: Context,
  { name: site }: Site,
  { context: of }: KubernetesEngine,
  directory: string,
): Promise<Connected | undefined> {
  const { HOME: userHome, SUDO_USER, USER, LOGNAME } = context.env;
  if (userHome === undefined || !(await isCheckout(context, directory))) return undefined;
  const repository = `/var/lib/freehold/root/sites/${site}/repository.git`;
  const exec = `kubectl --context ${of} -n ${namespaceOf(site, "front")} exec -i deploy/controller --`;
  const url = `ext::${exec} %S ${repository}`;
  const git = gitIn(directory, context.env, context.signal);
  await git.ask(["config", "protocol.ext.allow", "user"]);
  const person = personOf(SUDO_USER ?? USER ?? LOGNAME);
  return connectCheckout(context, directory, { site, person, userHome }, { repository: url, branch: "main" });
}

/** A tar archive of some directories of a site's home; undefined when none of them is there. */
async function archive(
  { home }: SiteLayout,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  await mkdir(home, { recursive: true, mode: 0o711 });
  const there: string[] = [];
  for (const name of names) if (await isThere(join(home, name))) there.push(name);
  if (there.length === 0) return undefined;
  const locks = ["converge", "supervisor"].map((name) => `--exclude=ledger/${name}`);
  const words = ["tar", "-c", "--owner=1000", "--group=1000", "-C", home, ...locks, ...there] as const;
  const { code, stdout, stderr } = await execBytes(words, { env: { PATH: process.env.PATH ?? "" }, signal });
  if (code === 0) return stdout;
  return fail("LEDGER_UNREADABLE", `expected to pack ${home}, got "${stderr.trim()}"`, { hint: "look who owns it" });
}
