import { fail } from "../../lib/problem.ts";
import type { Runtime } from "../../providers/provider.ts";
import type { Command, Context, Input } from "../command.ts";
import { jsonOption, siteOption, yesOption } from "../options.ts";
import type { Session } from "../site-session.ts";

export const snapshots: Command = {
  name: "snapshots",
  summary: "the copies of state that changes took before they began",
  description: [
    "Before a service with state is changed, a copy of that state is taken. Lists those that are there, the newest first: the name says when and before which commit, then how much data is in it, and what it costs. freehold rollback SERVICE --data brings one back.",
    "The newest five of each service are kept, and none beyond 30 days but the newest.",
  ],
  arguments: [{ name: "SERVICE", summary: "only of these", takes: "any number", offer: "service" }],
  options: [
    { flag: "--remove", value: "NAME", summary: "delete this one of the one SERVICE for good" },
    yesOption,
    siteOption,
    { flag: "--site-name", value: "NAME", summary: "a site of this machine, by its name", offer: "nothing" },
    jsonOption,
  ],
  exits: [10, 11],
  examples: [
    ["freehold snapshots", "every copy that is there"],
    ["freehold snapshots mail --remove 20261121T100000Z-1a2b3c4", "make room on the disk"],
  ],
  async run(context, input) {
    const named = input.option("--site-name");
    if (named !== undefined) {
      const { withNamedSite } = await import("../named-site.ts");
      return withNamedSite(context, named, ({ site, layout }, runtime) =>
        show(context, input, { site, layout }, runtime),
      );
    }
    const { withRuntime } = await import("../site-session.ts");
    return withRuntime(context, input, ({ site, layout }, runtime) => show(context, input, { site, layout }, runtime));
  },
};

async function show(
  context: Context,
  input: Input,
  of: Pick<Session, "site" | "layout">,
  runtime: Runtime,
): Promise<number> {
  const { snapshotsJson, snapshotsText } = await import("../views/snapshots.ts");
  const { unknownService } = await import("../narrow.ts");
  const { terminal, clock } = context;
  const { site } = of;
  const all = await runtime.snapshots.list(site.name);
  const names = input.words("SERVICE");
  const known = new Set([...site.services.map(({ name }) => name), ...all.map(({ service }) => service)]);
  for (const name of names) if (!known.has(name)) unknownService(name, known);
  const found = names.length === 0 ? all : all.filter(({ service }) => names.includes(service));
  const wanted = input.option("--remove");
  if (wanted !== undefined) {
    const [service] = names;
    if (service === undefined || names.length > 1)
      return fail("USAGE_SERVICE", `expected the one service whose snapshot is to be removed, got ${names.length}`);
    const { removeSnapshot } = await import("../remove-snapshot.ts");
    return removeSnapshot(context, input, { ...of, found, service, name: wanted }, runtime);
  }
  if (input.has("--json")) terminal.json(snapshotsJson(site.name, found));
  else terminal.print(snapshotsText(found, clock.now()));
  return 0;
}
