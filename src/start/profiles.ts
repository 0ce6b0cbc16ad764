import type { Site } from "../site/site.ts";
import type { Answer } from "./answer.ts";
import { calendarService, hostOf, type MailServer, mailServer } from "./guide.ts";
import { derOf } from "./pem.ts";
import { type Plist, plistText, stableUuid } from "./plist.ts";

/** A configuration profile for Apple's devices that sets up mail; undefined for a site without. Keys: Apple, "Mail" payload. */
export function mailProfile(site: Site): Answer | undefined {
  const mail = mailServer(site);
  return (
    mail &&
    profile(site, "mail", "Mail", [{ ...named(site, "mail", "Mail", "com.apple.mail.managed"), ...account(mail) }])
  );
}

function account({ host, imaps, submissions }: MailServer): Readonly<Record<string, Plist>> {
  return {
    EmailAccountType: "EmailTypeIMAP",
    IncomingMailServerAuthentication: "EmailAuthPassword",
    IncomingMailServerHostName: host,
    IncomingMailServerPortNumber: imaps,
    IncomingMailServerUseSSL: true,
    OutgoingMailServerAuthentication: "EmailAuthPassword",
    OutgoingMailServerHostName: host,
    OutgoingMailServerPortNumber: submissions,
    OutgoingMailServerUseSSL: true,
    OutgoingPasswordSameAsIncomingPassword: true,
  };
}

/** The same for calendars and contacts. Keys: Apple, "CalDAV" and "CardDAV" payloads. */
export function calendarProfile(site: Site): Answer | undefined {
  const service = calendarService(site);
  if (service === undefined) return undefined;
  const payloads = (["CalDAV", "CardDAV"] as const).map(
    (kind): Readonly<Record<string, Plist>> => ({
      ...named(site, kind, kind === "CalDAV" ? "Calendars" : "Contacts", `com.apple.${kind.toLowerCase()}.account`),
      [`${kind}AccountDescription`]: site.domain,
      [`${kind}HostName`]: hostOf(site, service),
      [`${kind}Port`]: site.front.https,
      [`${kind}UseSSL`]: true,
    }),
  );
  return profile(site, "calendar", "Calendars and contacts", payloads);
}

/** The same for the site's authority, given as PEM. Keys: Apple, "Certificates" payloads. */
export function authorityProfile(site: Site, pem: string | undefined): Answer | undefined {
  if (pem === undefined) return undefined;
  const payload = named(site, "authority", "Certificate authority", "com.apple.security.root");
  return profile(site, "authority", "Certificate authority", [
    { ...payload, PayloadCertificateFileName: `${site.domain}.crt`, PayloadContent: derOf(pem) },
  ]);
}

function named({ domain }: Site, name: string, title: string, type: string): Readonly<Record<string, Plist>> {
  const identifier = `${domain.split(".").reverse().join(".")}.freehold.${name.toLowerCase()}`;
  return {
    PayloadType: type,
    PayloadVersion: 1,
    PayloadIdentifier: identifier,
    PayloadUUID: stableUuid(`${identifier} ${type}`),
    PayloadDisplayName: `${title} (${domain})`,
  };
}

function profile(site: Site, name: string, title: string, payloads: readonly Plist[]): Answer {
  const text = plistText({
    ...named(site, `profile.${name}`, title, "Configuration"),
    PayloadDescription: `${title} at ${site.domain}. It holds no password.`,
    PayloadOrganization: site.domain,
    PayloadRemovalDisallowed: false,
    PayloadContent: payloads,
  });
  return {
    status: 200,
    type: "application/x-apple-aspen-config",
    body: text,
    headers: {
      "cache-control": "no-store",
      "content-disposition": `attachment; filename="${name}.mobileconfig"`,
      "x-content-type-options": "nosniff",
    },
  };
}
