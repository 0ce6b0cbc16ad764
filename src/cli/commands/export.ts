import { join, relative, resolve } from "node:path";
import { fail } from "../../lib/problem.ts";
import type { Command } from "../command.ts";
import { imagesIn } from "../home.ts";
import { required } from "../input.ts";
import { jsonOption, siteOption } from "../options.ts";
import { siteDirectory } from "../site-directory.ts";
import { checkText } from "../views/check.ts";
import { exportJson, exportText } from "../views/export.ts";
import { problemsJson } from "../views/problems.ts";

export const exportCommand: Command = {
  name: "export",
  summary: "write the site as plain files for another tool",
  description: [
    "Writes what the site is in a cluster as plain YAML, which runs without freehold: a directory for each service, a file for each object, and a kustomization.yaml for kubectl apply -k DIR. A site that runs on one machine is written as it would run on a cluster.",
    "It asks no cluster and needs no key. Secrets and certificates are left out, and told; --with-secrets writes them open, into files that you alone may read. With --flux they are sealed as Flux opens them, for those who can open secrets.yaml, when one of its keys is here.",
    "The same site gives the same bytes. What an earlier export wrote there and this one does not is removed; nothing else is touched.",
  ],
  arguments: [{ name: "FORMAT", summary: "kubernetes", takes: "one", offer: "nothing" }],
  options: [
    { flag: "--flux", summary: "add what Flux applies: an object for each service, in DIR/flux" },
    { flag: "--with-secrets", summary: "write secrets and certificates open, for your eyes alone" },
    {
      flag: "--output",
      value: "DIR",
      summary: "where to (default: kubernetes in the site's directory)",
      offer: "directory",
    },
    siteOption,
    jsonOption,
  ],
  exits: [10],
  examples: [
    ["freehold export kubernetes", "write the site to kubernetes/"],
    ["freehold export kubernetes --with-secrets --output ~/away", "take everything away, to run it without freehold"],
    ["freehold export kubernetes --flux", "the same for a cluster that Flux looks after"],
  ],
  async run(context, input) {
    const { terminal, cwd, env, roots, clock } = context;
    const format = required(input, "FORMAT");
    if (format !== "kubernetes")
      return fail("USAGE_ARGUMENT", `expected kubernetes, got "${format}"`, { hint: "freehold export kubernetes" });
    const isForFlux = input.has("--flux");
    if (isForFlux && input.has("--with-secrets"))
      return fail("USAGE_OPTION", "expected --flux or --with-secrets, got both", {
        hint: "with --flux secrets are sealed, never open: leave --with-secrets out",
      });
    const directory = await siteDirectory(context, input);
    const { load } = await import("../../site/load.ts");
    const loaded = await load(directory, { images: imagesIn(context.home) });
    const { site, problems } = loaded;
    if (site === undefined || problems.some(({ severity }) => severity === "error")) {
      terminal.say(checkText(loaded, terminal.columns));
      if (input.has("--json")) terminal.json(problemsJson(problems));
      return 10;
    }
    const { compile } = await import("../../features/compile.ts");
    const { asOnCluster } = await import("../../features/cluster.ts");
    const { exportSite } = await import("../../providers/export.ts");
    const { exportSeal } = await import("../export/seal.ts");
    const { readIndex } = await import("../export/index-file.ts");
    const { repositoryPath } = await import("../export/repository-path.ts");
    const { writeExport } = await import("../export/write.ts");
    const { identities } = await import("../../secrets/identities.ts");

    const { site: clustered, engine } = asOnCluster(site);
    const output = input.option("--output");
    const to = output === undefined ? join(directory, "kubernetes") : resolve(cwd, output);
    const earlier = await readIndex(to);
    if (earlier !== undefined && earlier.site !== site.name)
      return fail("EXPORT_FOREIGN", `expected an export of ${site.name} in ${to}, got one of ${earlier.site}`, {
        hint: "export into another directory: --output DIR",
      });
    const seal = isForFlux ? await exportSeal(context, directory) : undefined;
    const isSealed = seal !== undefined && "key" in seal;
    const exported = await exportSite({
      site: site.name,
      resources: compile(clustered, {}),
      ...(engine.storageClass !== undefined && { storageClass: engine.storageClass }),
      ...(engine.registry !== undefined && { registry: engine.registry }),
      ...(isForFlux && { flux: await repositoryPath(to) }),
      ...((isSealed || input.has("--with-secrets")) && {
        secrets: { identities: await identities(env, roots.root), roots, clock, ...(isSealed && { seal }) },
      }),
      earlier: new Set(isForFlux ? earlier?.files : []),
    });
    const written = await writeExport(to, site.name, exported.files, earlier);
    const view = {
      to: relative(cwd, to) || ".",
      exported,
      written,
      layout: isForFlux ? ("flux" as const) : ("kustomize" as const),
      podman: site.engine === "podman",
      ...(seal !== undefined && !isSealed && { unsealed: seal }),
    };
    if (input.has("--json")) terminal.json(exportJson(view));
    else terminal.print(exportText(view));
    return 0;
  },
};
