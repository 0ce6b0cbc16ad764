import type { Front, Part, Service } from "../site/site.ts";

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
  const others = service.parts.flatMap((part) =>
    part.ports.flatMap(({ name, protocol, published }) => {
      const scheme = schemes.has(name) ? name : protocol;
      return hosts.map((host) => `${scheme}://${userAt(part, scheme)}${host}:${published}`);
    }),
  );
  return [...new Set([...web, ...others])];
}

/** The one account that people use at freehold's own git server. */
function userAt({ image }: Part, scheme: string): string {
  return scheme === "ssh" && image.from === "build" && image.name === "freehold/git" ? "git@" : "";
}
