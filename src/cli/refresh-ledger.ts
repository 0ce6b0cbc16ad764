import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { execBytes } from "../lib/exec-bytes.ts";
import { fail, problemOf } from "../lib/problem.ts";
import type { SiteLayout } from "../providers/layout.ts";
import type { Runtime } from "../providers/provider.ts";
import type { Site } from "../site/site.ts";
import type { Context } from "./command.ts";

/** What a ledger's files are called; its locks are directories, and everybody's own. */
const ledgerFile = /^[a-z][a-z-]*\.jsonl?$/;

/**
 * Brings what this machine knows of a site that is kept elsewhere up to date, and resolves with whether it did: what happened since is in
 * the ledger there. When nobody there answers that is said, and what is known here stands.
 */
export async function refreshLedger(
  { terminal, signal }: Pick<Context, "signal"> & { readonly terminal: Pick<Context["terminal"], "say"> },
  runtime: Pick<Runtime, "isKeptElsewhere" | "ledgerElsewhere">,
  { site, layout }: { readonly site: Pick<Site, "name">; readonly layout: SiteLayout },
): Promise<boolean> {
  if ((await runtime.isKeptElsewhere?.(site.name)) !== true) return false;
  try {
    const archive = await runtime.ledgerElsewhere?.(site.name);
    if (archive !== undefined) {
      await replaceFiles(layout, archive, signal);
      return true;
    }
    terminal.say([`The controller of ${site.name} does not run: what happened lately is not known here.`]);
  } catch (thrown) {
    terminal.say([`What happened lately is not known here: ${problemOf(thrown).message}`]);
  }
  return false;
}

async function replaceFiles({ home, ledger }: SiteLayout, archive: Uint8Array, signal: AbortSignal): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o711 });
  await mkdir(ledger, { recursive: true, mode: 0o700 });
  const unpacked = await mkdtemp(join(home, "ledger-elsewhere-"));
  try {
    const words = ["tar", "-x", "--no-same-owner", "-C", unpacked] as const;
    const env = { PATH: process.env.PATH ?? "" };
    const { code, stderr } = await execBytes(words, { env, input: archive, signal });
    if (code !== 0) fail("LEDGER_UNREADABLE", `expected a ledger, got "${stderr.trim()}"`, {});
    const entries = await readdir(unpacked, { withFileTypes: true });
    const names = new Set(
      entries.filter((each) => each.isFile() && ledgerFile.test(each.name)).map(({ name }) => name),
    );
    for (const name of names) await rename(join(unpacked, name), join(ledger, name));
    for (const name of await readdir(ledger))
      if (ledgerFile.test(name) && !names.has(name)) await rm(join(ledger, name));
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}
