import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import type { z } from "zod";
import type { SiteCode } from "../problem-codes.ts";
import { type Refuse, textLeaf } from "./leaf.ts";

const dnsName = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** A host name in lower case (RFC 1123); undefined for what is none, IPv4 addresses included: they end in a number. */
export function readHost(text: string): string | undefined {
  const lower = text.toLowerCase();
  return dnsName.test(lower) && !/(?:^|\.)\d+$/.test(lower) ? lower : undefined;
}

function hostLeaf(code: SiteCode, expected: string): z.ZodType<string, unknown> {
  return textLeaf<string>({
    code,
    expected,
    json: { maxLength: 253 },
    read: (text, refuse) => readHost(text) ?? refuseHost(text, refuse),
  });
}

function refuseHost(text: string, refuse: Refuse): undefined {
  const bare = text.replace(/^[a-z]+:\/\//i, "").replace(/[/:].*$|\.$/g, "");
  if (bare !== text && readHost(bare) !== undefined) return refuse({ hint: `write ${bare.toLowerCase()}` });
  if (text.startsWith("*.")) return refuse({ hint: "list each name that the service answers to" });
  const ascii = text.length > 253 ? "" : domainToASCII(text);
  if (ascii !== text.toLowerCase() && readHost(ascii) !== undefined) return refuse({ hint: `write ${ascii}` });
  return undefined;
}

/** A domain of the site. */
export const domain = hostLeaf("DOMAIN_INVALID", "a domain such as example.org");

/** A host under which a service answers: in full, or relative to the site's domain. */
export const host = textLeaf<string>({
  code: "HOST_INVALID",
  expected: "a host such as blog.example.org",
  json: { maxLength: 253 },
  read: (text, refuse) => {
    if (text === "public" || text === "private")
      return refuse({ got: `the word ${text}`, hint: `write expose: ${text}, or the whole host` });
    return text === "@" ? text : (readHost(text) ?? refuseHost(text, refuse));
  },
});

/** An IP address to listen on. */
export const address = textLeaf<string>({
  code: "ADDRESS_INVALID",
  expected: "an IPv4 or IPv6 address",
  json: { anyOf: [{ format: "ipv4" }, { format: "ipv6" }] },
  read: (text) => (isIP(text) !== 0 && !text.includes("%") ? text.toLowerCase() : undefined),
});
