import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readSource, writeSource } from "../../ledger/source.ts";
import { orUnwritable } from "../../ledger/unwritable.ts";
import { siteLayout } from "../../providers/layout.ts";
import { makeRepository } from "../../source/repository.ts";
import { type HooksOptions, writeHooks } from "./hooks.ts";

/** What became of setting it up. */
export type SetUp = {
  /** The repository's directory. */
  readonly repository: string;
  /** The branch that the site follows. */
  readonly branch: string;
};

/**
 * Makes the bare repository that a site follows, with its hooks, or brings both up to date; from now on the site follows what is pushed
 * there. Nothing that runs is touched. For root. Problem: `LEDGER_UNWRITABLE`.
 */
export async function setUpRepository(options: HooksOptions): Promise<SetUp> {
  const { roots, site } = options;
  const { home, ledger, repository } = siteLayout(roots, site);
  const source = await readSource(ledger);
  const branch = source?.branch ?? "main";
  await orUnwritable(ledger, makePassages([roots.root, join(roots.root, "sites"), home]));
  await orUnwritable(ledger, makeRepository(repository, { branch }));
  await orUnwritable(ledger, writeHooks(options));
  if (source === undefined) await writeSource(ledger, { branch });
  return { repository, branch };
}

/** Users of containers pass through these; none but root may look. */
async function makePassages(directories: readonly string[]): Promise<void> {
  for (const directory of directories) {
    await mkdir(directory, { recursive: true, mode: 0o711 });
    await chmod(directory, 0o711);
  }
}
