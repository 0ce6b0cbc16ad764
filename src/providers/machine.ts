import { authorityCertificate } from "./authority/authority.ts";
import { authorityProvider } from "./authority/provider.ts";
import { compose } from "./compose.ts";
import { type Roots, siteLayout } from "./layout.ts";
import { type PodmanOptions, podmanRuntime } from "./podman/provider.ts";
import type { Runtime } from "./provider.ts";
import { retrying } from "./retry.ts";

/**
 * The runtime of one machine: Podman for what runs, the site's own authority for certificates, tried again where that helps. What it
 * makes for services is readable to their users whatever the umask of who called; what is secret has modes of its own.
 */
export function machineRuntime(options: PodmanOptions): Runtime {
  process.umask(0o022);
  return retrying(compose(podmanRuntime(options), authorityProvider(options)), options.clock);
}

/** The certificate (PEM) of each site's own authority, for those who are to trust it; undefined until it was made. */
export function authorityOf(roots: Roots): (site: string) => Promise<string | undefined> {
  return (site) => authorityCertificate(siteLayout(roots, site));
}
