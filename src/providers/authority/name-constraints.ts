import { domainToASCII } from "node:url";
import { der, derValues } from "./der.ts";

/** The extension that limits what an authority may speak for (RFC 5280, section 4.2.1.10). */
export const nameConstraintsOid = "2.5.29.30";

const sequence = 0x30;
const permitted = 0xa0;
const excluded = 0xa1;
const dnsName = 0x82;
const ipAddress = 0x87;

/** The extension's value: these domains and all names under them, and no address at all. */
export function nameConstraints(domains: readonly string[]): Buffer {
  const names = domains.map((domain) => der(sequence, der(dnsName, Buffer.from(domainToASCII(domain)))));
  const addresses = [8, 32].map((length) => der(sequence, der(ipAddress, Buffer.alloc(length))));
  return der(sequence, der(permitted, ...names), der(excluded, ...addresses));
}

/** The domains that an extension's value permits. */
export function permittedDomains(value: Uint8Array): readonly string[] {
  return derValues(Buffer.from(value))
    .flatMap(({ content }) => derValues(content))
    .filter(({ tag }) => tag === permitted)
    .flatMap(({ content }) => derValues(content))
    .flatMap(({ content }) => derValues(content))
    .filter(({ tag }) => tag === dnsName)
    .map(({ content }) => content.toString("latin1"));
}
