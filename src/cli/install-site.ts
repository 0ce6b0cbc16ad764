import { load } from "../site/load.ts";
import type { Site } from "../site/site.ts";
import type { Context, Input } from "./command.ts";
import { personOf } from "./create-site.ts";
import { imagesIn } from "./home.ts";
import { installOnCluster } from "./install-on-cluster.ts";
import { machineSite } from "./machine-site.ts";
import { isOnCluster } from "./on-cluster.ts";
import { type Connected, connectCheckout, isCheckout } from "./push/connect-checkout.ts";
import { setUpRepository } from "./push/set-up.ts";
import { needRoot } from "./root.ts";
import { siteDirectory } from "./site-directory.ts";
import { installUnit, type UnitInstalled } from "./systemd.ts";
import { installText } from "./views/install.ts";

/** Makes the machine's side of a site, and connects the checkout around to it; resolves with the exit code. */
export async function installSite(context: Context, input: Input): Promise<number> {
  const found = input.option("--site-name") === undefined ? await siteOnCluster(context, input) : undefined;
  if (found !== undefined) return installOnCluster(context, found.site, found.directory);
  // in a cluster the pod's own user owns all that there is
  if (context.env.FREEHOLD_CONTROLLER === undefined) needRoot(context.user);
  const { name: site } = await machineSite(context, input);
  const { roots, home, terminal } = context;
  const repository = await setUpRepository({ roots, home, site });
  const connected =
    input.option("--site-name") === undefined ? await connect(context, input, site, repository) : undefined;
  const unit = input.has("--without-unit") ? notAsked : await installUnit({ roots, home }, site);
  terminal.print(
    installText(
      { site, host: context.host, home, repository, unit, ...(connected && { connected }) },
      terminal.columns,
    ),
  );
  return unit.state === "failed" ? 1 : 0;
}

/** The site of the directory around, if it runs on a cluster; whatever is wrong with one that does not is told later. */
async function siteOnCluster(context: Context, input: Input): Promise<{ site: Site; directory: string } | undefined> {
  const directory = await siteDirectory(context, input);
  const { site } = await load(directory, { images: imagesIn(context.home) });
  return site !== undefined && isOnCluster(site) ? { site, directory } : undefined;
}

const notAsked: UnitInstalled = { state: "none", why: "none was asked for" };

async function connect(
  context: Context,
  input: Input,
  site: string,
  repository: Awaited<ReturnType<typeof setUpRepository>>,
): Promise<Connected | undefined> {
  const { HOME: userHome, SUDO_USER, USER, LOGNAME } = context.env;
  const directory = await siteDirectory(context, input);
  if (userHome === undefined || !(await isCheckout(context, directory))) return undefined;
  const person = personOf(SUDO_USER ?? USER ?? LOGNAME);
  return connectCheckout(context, directory, { site, person, userHome }, repository);
}
