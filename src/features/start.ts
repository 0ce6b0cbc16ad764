import type { Exposure, Service, Site } from "../site/site.ts";

/** The host of the start page: `start.DOMAIN`. Undefined when a service has it. */
export function startHost(site: Site): string | undefined {
  const host = `start.${site.domain}`;
  return isTaken(site, host) ? undefined : host;
}

/** The one path that is answered at the webhook's host. */
export const webhookPath = "/push";

/** The host of the webhook: `hooks.DOMAIN`. Undefined when site.yaml asks for none, or a service has that host. */
export function webhookHost(site: Site): string | undefined {
  const host = `hooks.${site.domain}`;
  return site.sources?.webhook === undefined || isTaken(site, host) ? undefined : host;
}

/** The paths that mail programs ask for, in lower case. Some of them write theirs in capitals. */
export const mailSetupPaths = {
  autoconfig: "/mail/config-v1.1.xml",
  autodiscover: "/autodiscover/autodiscover.xml",
} as const;

/** The hosts that mail programs ask how to set themselves up, for each domain of the site, and who may; none without mail. */
export function mailSetupHosts(site: Site): readonly { readonly host: string; readonly to: Exposure["to"] }[] {
  const mail = mailServiceOf(site);
  if (mail === undefined) return [];
  const to = mail.expose.every((exposure) => exposure.to === "public") ? "public" : "private";
  return [site.domain, ...site.domains]
    .flatMap((domain) => Object.keys(mailSetupPaths).map((name) => `${name}.${domain}`))
    .filter((host) => !isTaken(site, host))
    .map((host) => ({ host, to }));
}

/** The service at which people read and send mail: it publishes `imaps` and `submissions`. */
export function mailServiceOf({ services }: Site): Service | undefined {
  return services.find(({ stage, expose, parts }) => {
    const names = new Set(parts.flatMap(({ ports }) => ports.map(({ name }) => name)));
    return stage !== "retired" && expose.length > 0 && names.has("imaps") && names.has("submissions");
  });
}

function isTaken({ services }: Site, host: string): boolean {
  return services.some(({ stage, expose }) => stage !== "retired" && expose.some((one) => one.host === host));
}
