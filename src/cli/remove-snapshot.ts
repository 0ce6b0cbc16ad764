import { fail } from "../lib/problem.ts";
import { nearest } from "../lib/text.ts";
import type { Runtime, Snapshot } from "../providers/provider.ts";
import type { Context, Input } from "./command.ts";
import { confirm } from "./confirm.ts";
import { lockSite } from "./site-lock.ts";
import type { Session } from "./site-session.ts";

/** A snapshot of a service that a person named, among those that there are. */
export type Named = Pick<Session, "site" | "layout"> & {
  readonly found: readonly Snapshot[];
  readonly service: string;
  readonly name: string;
};

/** Deletes a snapshot for good, after asking; resolves with the exit code. Problem: `SNAPSHOT_UNKNOWN`. */
export async function removeSnapshot(context: Context, input: Input, named: Named, runtime: Runtime): Promise<number> {
  const { site, layout, found, service, name } = named;
  const names = found.map((snapshot) => snapshot.name);
  if (!names.includes(name)) unknownSnapshot(service, name, names);
  const newest = names[0] === name ? " It is the newest." : "";
  const question = `Delete the snapshot ${name} of ${service} for good?${newest}`;
  if (!input.has("--yes") && !(await confirm(context, question, `delete a snapshot of ${service}`))) {
    context.terminal.say(["Nothing was changed."]);
    return 1;
  }
  const held = await lockSite(context, layout, "snapshots");
  try {
    await runtime.snapshots.remove(site.name, service, name);
  } finally {
    await held.release();
  }
  if (input.has("--json")) context.terminal.json({ site: site.name, service, removed: name });
  else context.terminal.print([`The snapshot ${name} of ${service} is deleted.`]);
  return 0;
}

function unknownSnapshot(service: string, name: string, names: readonly string[]): never {
  const near = nearest(name, names);
  return fail("SNAPSHOT_UNKNOWN", `expected a snapshot of ${service}, got "${name}"`, {
    hint: near === undefined ? `freehold snapshots ${service} lists them` : `did you mean ${near}?`,
  });
}
