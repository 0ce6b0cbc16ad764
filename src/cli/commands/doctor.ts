import type { Command, Context, Input } from "../command.ts";
import { imagesIn } from "../home.ts";
import { isOnCluster } from "../on-cluster.ts";
import { jsonOption, siteOption } from "../options.ts";
import { nearestSite, siteDirectory } from "../site-directory.ts";
import { doctorText } from "../views/doctor.ts";

export const doctor: Command = {
  name: "doctor",
  summary: "what this machine or the site's cluster needs, found against expected, with the fix",
  description: [
    "Looks at what freehold needs of this machine: Podman, the kernel, ports, disk, clock, names. Changes nothing. Inside a site it looks at that site's ports and names, elsewhere at the usual ones.",
    "Of a site that runs on a cluster it looks at the cluster instead: whether it answers, what we may do there, its nodes, storage, load balancer, DNS, policies, registry and clock.",
    "Exit code 1 when something is wrong; a warning alone is none.",
  ],
  arguments: [],
  options: [siteOption, jsonOption],
  exits: [10],
  examples: [["freehold doctor", "look at this machine"]],
  async run(context, input) {
    const { terminal } = context;
    const loaded = await siteIfAny(context, input);
    const onCluster = loaded?.site !== undefined && isOnCluster(loaded.site);
    const findings = await context.examine(loaded?.site);
    if (input.has("--json")) terminal.json({ host: context.host, findings });
    else terminal.print(doctorText(findings, terminal.columns, onCluster ? "cluster" : "machine"));
    if (loaded !== undefined && loaded.site === undefined) {
      terminal.say([
        "The site's own ports and names were not looked at: freehold check says what is wrong with its files.",
      ]);
    }
    return findings.some(({ state }) => state === "wrong") ? 1 : 0;
  },
};

/** The site around, if there is one that can be read: a machine can be looked at without. */
async function siteIfAny(context: Context, input: Input) {
  const { load } = await import("../../site/load.ts");
  const asked = input.option("--site") !== undefined;
  const directory = asked ? await siteDirectory(context, input) : await nearestSite(context.cwd);
  return directory === undefined ? undefined : load(directory, { images: imagesIn(context.home) });
}
