import { exec } from "../lib/exec.ts";
import { fail, ProblemError } from "../lib/problem.ts";
import { urlsOf } from "../observe/urls.ts";
import type { Site } from "../site/site.ts";
import { startAddress } from "../start/guide.ts";
import type { Context, Input } from "./command.ts";
import { unknownService } from "./narrow.ts";
import type { Session } from "./site-session.ts";
import { table } from "./table.ts";

/** Prints where services are found; opens the one that was asked for, or the start page. Problems: `SERVICE_UNKNOWN`, `SERVICE_CLOSED`. */
export async function openService(context: Context, input: Input, { site }: Session): Promise<number> {
  const { terminal } = context;
  const all = site.services.map((service) => ({ name: service.name, urls: urlsOf(service, site.front) }));
  const wanted = input.argument("SERVICE");
  if (wanted === undefined) return openStart(context, input, site, all);
  const found =
    all.find(({ name }) => name === wanted) ??
    unknownService(
      wanted,
      all.map(({ name }) => name),
    );
  const [url] = found.urls;
  if (url === undefined) {
    return fail("SERVICE_CLOSED", `expected ${wanted} to be exposed, got a service that nobody outside finds`, {
      hint: `write expose: private (or public) in services/${wanted}.yaml, then freehold up`,
    });
  }
  if (input.has("--json")) {
    terminal.json(found);
    return 0;
  }
  terminal.print(found.urls);
  if (terminal.interactive && hasDisplay(context)) await browse(url, context);
  return 0;
}

type Found = { readonly name: string; readonly urls: readonly string[] };

/** Prints everything, the start page first, and opens that. */
async function openStart(context: Context, input: Input, site: Site, all: readonly Found[]): Promise<number> {
  const { terminal } = context;
  const start = startAddress(site);
  if (input.has("--json")) {
    terminal.json({ ...(start !== undefined && { start }), services: all });
    return 0;
  }
  const rows = all.flatMap(({ name, urls }) => urls.map((url) => [name, url]));
  terminal.print(table([...(start === undefined ? [] : [["start page", start]]), ...rows], ""));
  if (start !== undefined && terminal.interactive && hasDisplay(context)) await browse(start, context);
  return 0;
}

function hasDisplay({ env }: Context): boolean {
  return env.DISPLAY !== undefined || env.WAYLAND_DISPLAY !== undefined;
}

/** The address is printed already: a machine without xdg-open lacks nothing that was promised. */
async function browse(url: string, { signal }: Context): Promise<void> {
  try {
    await exec(["xdg-open", url], { signal, timeout: 10_000 });
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
  }
}
