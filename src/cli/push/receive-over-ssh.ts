import { become } from "../../lib/become.ts";
import { isThere } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import { siteLayout } from "../../providers/layout.ts";
import { label } from "../../site/schema/name.ts";
import type { Context } from "../command.ts";
import { needRoot } from "../root.ts";
import { askedOfGit } from "./asked-of-git.ts";

/**
 * Becomes git for somebody who comes over SSH by a key that is for one site's repository. Of their environment only the version of git's
 * protocol is taken along, of the settings of git only the repository's own. Problems: `RECEIVE_REFUSED`, `SITE_UNKNOWN`, `ROOT_NEEDED`.
 */
export async function receiveOverSsh({ env, roots, user }: Context, site: string): Promise<never> {
  needRoot(user);
  const { repository } = siteLayout(roots, label.test(site) ? site : unknown(site));
  const program = askedOfGit(env.SSH_ORIGINAL_COMMAND ?? "", { site, repository });
  if (program === undefined) return refused(site);
  if (!(await isThere(repository))) unknown(site);
  const version = /^version=[0-2]$/.exec(env.GIT_PROTOCOL ?? "")?.[0];
  return become(["/usr/bin/git", program, repository], {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: env.HOME ?? "/root",
    LANG: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    ...(version !== undefined && { GIT_PROTOCOL: version }),
  });
}

function refused(site: string): never {
  return fail("RECEIVE_REFUSED", `expected a push to ${site} or a fetch from it, got something else`, {
    hint: `this key is for git alone: git push root@HOST:${site} main`,
  });
}

function unknown(site: string): never {
  return fail("SITE_UNKNOWN", `expected a site that takes pushes on this machine, got "${site.slice(0, 80)}"`, {
    hint: `there: freehold install --site-name ${label.test(site) ? site : "NAME"}`,
  });
}
