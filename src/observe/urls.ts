import type { Front, Service } from "../site/site.ts";

/** Ports whose names programs understand as the beginning of an address. */
const schemes: ReadonlySet<string> = new Set([
  "ssh",
  "imap",
  "imaps",
  "pop3",
  "pop3s",
  "smtp",
  "smtps",
  "ldap",
  "ldaps",
  "xmpp",
  "ftp",
  "irc",
  "ircs",
  "mqtt",
  "mqtts",
]);

/** Where people find a service: its hosts by HTTPS, and what else it publishes at the front door. Each once, in order. */
export function urlsOf(service: Service, front: Front): readonly string[] {
  const port = front.https === 443 ? "" : `:${front.https}`;
  const isExternal = service.external !== undefined;
  const web = service.expose
    .filter(({ part }) => part !== undefined || isExternal)
    .map(({ host, path }) => `https://${host}${port}${path}`);
  const hosts = [...new Set(service.expose.map(({ host }) => host))];
  const others = service.parts
    .flatMap(({ ports }) => ports)
    .flatMap(({ name, protocol, published }) =>
      hosts.map((host) => `${schemes.has(name) ? name : protocol}://${host}:${published}`),
    );
  return [...new Set([...web, ...others])];
}
