import { readSource, type SourceState, writeSource } from "../../ledger/source.ts";
import { orUnwritable } from "../../ledger/unwritable.ts";
import { fail, type Problem, ProblemError } from "../../lib/problem.ts";
import { remoteHead } from "../../source/fetch.ts";
import { accessKey, keepToken } from "../../source/remote-access.ts";
import { type RemoteUrl, readRemoteUrl } from "../../source/remote-url.ts";
import { makeRepository, needBranchName } from "../../source/repository.ts";
import { readSignerList } from "../../source/signer-list.ts";
import type { Context, Input } from "../command.ts";
import { type MachineSite, machineSite } from "../machine-site.ts";
import { writeHooks } from "../push/hooks.ts";
import { readDuration } from "../quantity.ts";
import { lockSite } from "../site-lock.ts";
import { forgottenText, setText, sourceJson } from "../views/source.ts";
import { sourceView } from "./show.ts";

/** Milliseconds between two looks at a remote. */
const bounds = { least: 10_000, usual: 60_000, most: 86_400_000 };

/**
 * `freehold source set URL [--branch B] [--every TIME] [--token]`: from now on the site follows that repository. It is asked at once, but need not answer
 * yet: it may still have to learn this machine's key. Problems: `REMOTE_URL_INVALID`, `BRANCH_INVALID`, `TOKEN_INVALID`, `LEDGER_UNWRITABLE`.
 */
export async function setSource(context: Context, input: Input, url: string): Promise<void> {
  const site = await machineSite(context, input);
  const { name, layout } = site;
  const { by } = readRemoteUrl(url);
  const before = await readSource(layout.ledger);
  const remote = { url, branch: input.option("--branch") ?? before?.remote?.branch ?? "main", every: everyOf(input) };
  needBranchName(remote.branch);
  const token = input.has("--token") ? await tokenOf(context, by) : undefined;
  if (token !== undefined || before?.remote?.url !== url)
    await orUnwritable(layout.remote, keepToken(layout.remote, token));
  if (by === "ssh") await orUnwritable(layout.remote, accessKey(layout.remote, name));
  const { head, problem } = await ask(() => remoteHead(remote, layout.remote, { signal: context.signal }));
  const branch = before?.branch ?? remote.branch;
  const format = head?.length === 64 ? "sha256" : "sha1";
  await orUnwritable(layout.repository, makeRepository(layout.repository, { branch, format }));
  await orUnwritable(layout.repository, writeHooks({ roots: context.roots, home: context.home, site: name }));
  await change(context, site, (now) => ({ branch, ...now, remote }));
  await context.supervisor.ensure(name);
  const view = await sourceView(context, site);
  const signers = (await readSignerList(layout.trust)).length;
  if (input.has("--json")) context.terminal.json({ ...sourceJson(view), answers: problem === undefined });
  else context.terminal.print(setText(view, { problem, signers, columns: context.terminal.columns }));
}

/** `freehold source forget`: the site follows what is pushed to this machine. Problem: `SOURCE_NONE`. */
export async function forgetRemote(context: Context, input: Input): Promise<void> {
  const site = await machineSite(context, input);
  await change(context, site, (now) => {
    if (now === undefined)
      return fail("SOURCE_NONE", `expected ${site.name} to follow git, got a site that does not yet`);
    const { remote: _, ...rest } = now;
    return rest;
  });
  await keepToken(site.layout.remote, undefined);
  const view = await sourceView(context, site);
  if (input.has("--json")) context.terminal.json(sourceJson(view));
  else context.terminal.print(forgottenText(view));
}

/** Changes what is followed while nobody else works on the site. */
async function change(
  context: Context,
  { layout }: MachineSite,
  to: (now: SourceState | undefined) => SourceState,
): Promise<void> {
  const held = await lockSite(context, layout, "source");
  try {
    await writeSource(layout.ledger, to(await readSource(layout.ledger)));
  } finally {
    await held.release();
  }
}

function everyOf(input: Input): number {
  const text = input.option("--every");
  if (text === undefined) return bounds.usual;
  const every = readDuration(text);
  if (every >= bounds.least && every <= bounds.most) return every;
  return fail("USAGE_DURATION", `expected --every from 10s to 1d, got "${text}"`);
}

async function tokenOf({ terminal, signal }: Context, by: RemoteUrl["by"]): Promise<string> {
  if (by !== "https") fail("USAGE_OPTION", "expected --token with an https:// address, got another");
  const text = terminal.interactive ? await terminal.askSecret("Token: ", signal) : await terminal.all(signal);
  return text.trim();
}

async function ask(work: () => Promise<string>): Promise<{ readonly head?: string; readonly problem?: Problem }> {
  try {
    return { head: await work() };
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.problem.code !== "PROGRAM_STOPPED") return { problem: thrown.problem };
    throw thrown;
  }
}
