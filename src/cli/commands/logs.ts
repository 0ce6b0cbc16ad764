import type { Command, Input } from "../command.ts";
import { jsonOption, siteOption } from "../options.ts";
import { readCount, readDuration } from "../quantity.ts";

export const logs: Command = {
  name: "logs",
  summary: "what services print, several of them by time",
  description: ["Prints what the services wrote, in the order of time. Without SERVICE: of all of them."],
  arguments: [
    { name: "SERVICE", summary: "only of these; front is the front door", takes: "any number", offer: "service" },
  ],
  options: [
    { flag: "--follow", short: "-f", summary: "go on as they write, until interrupted" },
    { flag: "--since", value: "TIME", summary: "only what is not older: 90s, 10m, 2h, 1d" },
    {
      flag: "--tail",
      short: "-n",
      value: "N",
      summary: "only the last N lines of each (default: 100, with --since all)",
    },
    { flag: "--grep", short: "-g", value: "TEXT", summary: "only lines that contain TEXT, whatever its case" },
    { flag: "--failed", summary: "of what a change gave up and kept aside, instead of what runs" },
    siteOption,
    { ...jsonOption, summary: "print one JSON document per line" },
  ],
  exits: [10],
  examples: [
    ["freehold logs calendar", "its last 100 lines"],
    ["freehold logs mail --failed", "why a change of mail was undone"],
    ["freehold logs -f --grep error", "every line with error in it, of all services, as it comes"],
  ],
  async run(context, input) {
    const { withRuntime } = await import("../site-session.ts");
    const { containersIn, containersOf } = await import("../containers.ts");
    const { printLogs } = await import("../print-logs.ts");
    const query = queryOf(input, context.clock.now());
    return withRuntime(context, input, async ({ site }, runtime) => {
      const failed = input.has("--failed") ? await runtime.failed(site.name) : undefined;
      const there = failed?.map(({ container }) => container) ?? containersIn(await runtime.observe(site.name));
      const containers = containersOf(there, site, input.words("SERVICE"));
      if (failed !== undefined && containers.length === 0) context.terminal.say([nothingKept]);
      await printLogs(context, {
        read: failed === undefined ? runtime.logs : runtime.failedLogs,
        site: site.name,
        containers,
        query,
        form: input.has("--json") ? "json" : "text",
      });
      return context.signal.aborted && !query.follow ? 130 : 0;
    });
  },
};

const nothingKept = "Nothing is kept here of a change that went wrong.";

/** What is asked for, in milliseconds since the epoch. */
function queryOf(input: Input, now: number) {
  const since = input.option("--since");
  const tail = input.option("--tail");
  const lines = tail === undefined ? (since === undefined ? 100 : undefined) : readCount(tail);
  const text = input.option("--grep");
  return {
    follow: input.has("--follow"),
    ...(since === undefined ? {} : { since: now - readDuration(since) }),
    ...(lines === undefined ? {} : { tail: lines }),
    ...(text === undefined ? {} : { grep: text.toLowerCase() }),
  };
}
