import { exec } from "../lib/exec.ts";
import { fail, ProblemError } from "../lib/problem.ts";
import { urlsOf } from "../observe/urls.ts";
import type { Context, Input } from "./command.ts";
import { unknownService } from "./narrow.ts";
import type { Session } from "./site-session.ts";
import { table } from "./table.ts";

/** Prints where services are found; opens the one that was asked for. Problems: `SERVICE_UNKNOWN`, `SERVICE_CLOSED`. */
export async function openService(context: Context, input: Input, { site }: Session): Promise<number> {
  const { terminal } = context;
  const all = site.services.map((service) => ({ name: service.name, urls: urlsOf(service, site.front) }));
  const wanted = input.argument("SERVICE");
  if (wanted === undefined) {
    if (input.has("--json")) terminal.json({ services: all });
    else
      terminal.print(
        table(
          all.flatMap(({ name, urls }) => urls.map((url) => [name, url])),
          "",
        ),
      );
    return 0;
  }
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
