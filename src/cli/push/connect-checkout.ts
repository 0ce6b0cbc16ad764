import { join } from "node:path";
import { readIfThere } from "../../lib/fs.ts";
import { siteLayout } from "../../providers/layout.ts";
import { settingsOf } from "../../site/settings.ts";
import { addSigner } from "../../source/signer-list.ts";
import type { Context } from "../command.ts";
import { type Git, gitIn } from "../git.ts";
import { installMergeDriver } from "../secrets/merge-driver.ts";
import type { SetUp } from "./set-up.ts";
import { type Signatory, type Signing, setUpSigning } from "./signing.ts";

/** A checkout that pushes to the site's repository on the same machine. */
export type Connected = {
  /** What git calls the repository there: the site's name. */
  readonly remote: string;
  /** The branch that the site follows. */
  readonly branch: string;
  readonly signing: Signing;
};

/**
 * Sets a checkout up for pushing: the site's repository as a remote of the site's name, signed commits, and the key that signs on the
 * machine's list, so that the first push is taken. A remote of that name that leads elsewhere is left. May be done again. Problems:
 * `GIT_FAILED`, `LEDGER_UNWRITABLE`.
 */
export async function connectCheckout(
  context: Context,
  directory: string,
  { site, ...signatory }: Signatory & { readonly site: string },
  { repository, branch }: SetUp,
): Promise<Connected> {
  const git = gitIn(directory, context.env, context.signal);
  await nameAuthor(git, signatory.person, directory);
  const signing = await setUpSigning(git, signatory);
  if (signing.by === "ssh") await addSigner(siteLayout(context.roots, site).trust, signing.key);
  await addRemote(git, site, repository);
  await installMergeDriver(directory, context);
  return { remote: site, branch, signing };
}

/** Whether a directory is where a checkout begins, so that the site is all that is in the repository. */
export async function isCheckout(context: Context, directory: string): Promise<boolean> {
  const prefix = await gitIn(directory, context.env, context.signal).try(["rev-parse", "--show-prefix"]);
  return prefix.code === 0 && prefix.stdout.trim() === "";
}

/** Who has never told git who they are could not commit: in this checkout they are whoever they are on this machine. */
async function nameAuthor(git: Git, person: string, directory: string): Promise<void> {
  const missing = async (name: string): Promise<boolean> => (await git.try(["config", "--get", name])).code !== 0;
  if (await missing("user.name")) await git.ask(["config", "user.name", person]);
  if (!(await missing("user.email"))) return;
  const settings = settingsOf("site.yaml", (await readIfThere(join(directory, "site.yaml"))) ?? "");
  const domain = settings?.find(({ path }) => path === "domain")?.value ?? "localhost";
  await git.ask(["config", "user.email", `${person}@${domain}`]);
}

async function addRemote(git: Git, name: string, repository: string): Promise<void> {
  if ((await git.try(["remote", "get-url", name])).code === 0) return;
  await git.ask(["remote", "add", name, repository]);
}
