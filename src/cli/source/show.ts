import { readPolled } from "../../ledger/polled.ts";
import { readSource } from "../../ledger/source.ts";
import { fail } from "../../lib/problem.ts";
import { readCommits } from "../../source/commits.ts";
import { accessKey } from "../../source/remote-access.ts";
import { readRemoteUrl } from "../../source/remote-url.ts";
import type { Context, Input } from "../command.ts";
import { type MachineSite, machineSite } from "../machine-site.ts";
import { type SourceView, sourceJson, sourceText } from "../views/source.ts";

/** `freehold source show`. Problem: `SOURCE_NONE`. */
export async function showSource(context: Context, input: Input): Promise<void> {
  const view = await sourceView(context, await machineSite(context, input));
  if (input.has("--json")) context.terminal.json(sourceJson(view));
  else context.terminal.print(sourceText(view, { zone: context.zone, columns: context.terminal.columns }));
}

/** What a site follows, with all that can be said of it. Problem: `SOURCE_NONE`. */
export async function sourceView(
  { clock }: Pick<Context, "clock">,
  { name, layout }: MachineSite,
): Promise<SourceView> {
  const source = await readSource(layout.ledger);
  if (source === undefined)
    return fail("SOURCE_NONE", `expected ${name} to follow git, got a site that does not yet`, {
      hint: "freehold init sets that up in its directory; freehold source set URL follows a repository elsewhere",
    });
  const { trusted, remote } = source;
  const [head] = trusted === undefined ? [] : await readCommits(layout.repository, [trusted]);
  const key =
    remote !== undefined && readRemoteUrl(remote.url).by === "ssh" ? await accessKey(layout.remote, name) : undefined;
  const polled = remote === undefined ? undefined : await readPolled(layout.run);
  return {
    site: name,
    repository: layout.repository,
    source,
    now: clock.now(),
    ...(head && { head }),
    ...(key !== undefined && { key }),
    ...(polled && { polled }),
  };
}
