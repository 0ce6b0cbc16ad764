import { mailSetupPaths } from "../features/start.ts";
import type { Site } from "../site/site.ts";
import { type Answer, type Asked, plainAnswer } from "./answer.ts";
import { type MailServer, mailServer } from "./guide.ts";
import { xmlText } from "./plist.ts";

/**
 * What mail programs ask for to set themselves up, and nothing else: Thunderbird's autoconfig at `autoconfig.DOMAIN`, Outlook's
 * autodiscover at `autodiscover.DOMAIN`. Whoever asks learns what everybody may know: names of hosts, no person's.
 */
export function answerMailSetup(site: Site, host: string, asked: Asked): Answer {
  const [name, ...rest] = host.split(".");
  const domain = rest.join(".");
  const mail = mailServer(site);
  if (mail === undefined || ![site.domain, ...site.domains].includes(domain)) return nothing();
  const path = asked.path.toLowerCase();
  const isRead = asked.method === "GET" || asked.method === "HEAD";
  if (name === "autoconfig" && path === mailSetupPaths.autoconfig)
    return isRead ? autoconfig(domain, mail) : notTaken("GET, HEAD");
  if (name === "autodiscover" && path === mailSetupPaths.autodiscover)
    return asked.method === "POST" ? autodiscover(domain, mail, asked.body) : notTaken("POST");
  return nothing();
}

/** https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat */
function autoconfig(domain: string, { host, imaps, submissions }: MailServer): Answer {
  const server = (tag: string, type: string, port: number): string => `    <${tag} type="${type}">
      <hostname>${xmlText(host)}</hostname>
      <port>${port}</port>
      <socketType>SSL</socketType>
      <authentication>password-cleartext</authentication>
      <username>%EMAILADDRESS%</username>
    </${tag}>`;
  return xml(`<clientConfig version="1.1">
  <emailProvider id="${xmlText(domain)}">
    <domain>${xmlText(domain)}</domain>
    <displayName>${xmlText(domain)}</displayName>
    <displayShortName>${xmlText(domain)}</displayShortName>
${server("incomingServer", "imap", imaps)}
${server("outgoingServer", "smtp", submissions)}
  </emailProvider>
</clientConfig>`);
}

const outlook = "http://schemas.microsoft.com/exchange/autodiscover";

/** https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/pox-autodiscover-response-for-exchange */
function autodiscover(domain: string, { host, imaps, submissions }: MailServer, body: string): Answer {
  // one element is looked for in a body that is bounded: no XML is parsed, so there are no entities
  const address = /<EMailAddress>\s*([^<>&\s]{1,254})\s*<\/EMailAddress>/i.exec(body)?.[1] ?? "";
  const isOurs = address.toLowerCase().endsWith(`@${domain}`);
  const name = isOurs ? `\n        <LoginName>${xmlText(address)}</LoginName>` : "";
  const protocol = (type: string, port: number): string => `      <Protocol>
        <Type>${type}</Type>
        <Server>${xmlText(host)}</Server>
        <Port>${port}</Port>
        <DomainRequired>off</DomainRequired>${name}
        <SPA>off</SPA>
        <SSL>on</SSL>
        <AuthRequired>on</AuthRequired>
      </Protocol>`;
  return xml(`<Autodiscover xmlns="${outlook}/responseschema/2006">
  <Response xmlns="${outlook}/outlook/responseschema/2006a">
    <Account>
      <AccountType>email</AccountType>
      <Action>settings</Action>
${protocol("IMAP", imaps)}
${protocol("SMTP", submissions)}
    </Account>
  </Response>
</Autodiscover>`);
}

function xml(text: string): Answer {
  return {
    status: 200,
    type: "text/xml; charset=utf-8",
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`,
    headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" },
  };
}

function nothing(): Answer {
  return plainAnswer(404, "Nothing at this address.\n");
}

function notTaken(allow: string): Answer {
  return { ...plainAnswer(405, "Nothing here takes that.\n"), headers: { allow } };
}
