import { isIPv4, isIPv6 } from "node:net";
import type { External } from "../site.ts";
import { readHost } from "./host.ts";
import { type Refuse, textLeaf } from "./leaf.ts";
import { readPort } from "./unit.ts";

/** Where something runs that is not ours: `https://nas.lan:9000`. */
export const external = textLeaf<External>({
  code: "URL_INVALID",
  expected: "an address such as https://nas.lan:9000",
  json: { pattern: "^https?://" },
  read: readExternal,
});

function readExternal(text: string, refuse: Refuse): External | undefined {
  const match = /^(https?):\/\/(\[[0-9a-f:.]+\]|[^/:@?#[\]\s]+)(?::(\d+))?(\/?)$/i.exec(text);
  if (match === null) return refuse(urlHint(text));
  const [, scheme = "", written = "", number] = match;
  const protocol = scheme.toLowerCase() === "https" ? "https" : "http";
  const host = readAddress(written) ?? readHost(written);
  const port = number === undefined ? (protocol === "https" ? 443 : 80) : readPort(number);
  return host === undefined || port === undefined ? undefined : { protocol, host, port };
}

function readAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  const inner = /^\[(.+)\]$/.exec(text)?.[1]?.toLowerCase();
  return inner !== undefined && isIPv6(inner) ? inner : undefined;
}

function urlHint(text: string): { hint: string } | undefined {
  if (/^https?:\/\/[^/]*@/i.test(text)) return { hint: "remove the name and password: they do not belong here" };
  if (/^https?:\/\/[^/]+\/./i.test(text)) return { hint: "remove what follows the host and its port" };
  return /^[a-z]+:\/\//i.test(text) ? undefined : { hint: `begin with http:// or https://` };
}
