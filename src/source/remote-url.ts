import { fail } from "../lib/problem.ts";
import { shorten, visible } from "../lib/text.ts";

/** Where a remote is and what git fetches it with. */
export type RemoteUrl = { readonly url: string; readonly by: "ssh" | "https" | "file" };

/**
 * Reads the address of a remote: `https://…`, `ssh://…`, `user@host:path` or an absolute path. Problem: `REMOTE_URL_INVALID`; of other protocols, of what
 * git could take for an option, and of a password in it, which would be seen in lists of processes.
 */
export function readRemoteUrl(text: string): RemoteUrl {
  const by = protocolOf(text);
  if (by === undefined || text.length > 2000 || /[\p{C}\s]/u.test(text))
    return fail(
      "REMOTE_URL_INVALID",
      `expected https://HOST/PATH, ssh://HOST/PATH, git@HOST:PATH or a path, got "${shorten(visible(withoutPassword(text)), 100)}"`,
      { hint: "copy the address that the forge shows for cloning" },
    );
  if (by !== "file" && withoutPassword(text) !== text)
    return fail("REMOTE_URL_INVALID", "expected an address without a password, got one with it", {
      hint: `freehold source set ${withoutPassword(text)} --token < FILE: it is kept for root alone`,
    });
  return { url: text, by };
}

function protocolOf(text: string): RemoteUrl["by"] | undefined {
  const host = String.raw`(?:[A-Za-z0-9_.][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\])`;
  const user = String.raw`(?:[A-Za-z0-9_.][^@/\s]*@)?`;
  if (new RegExp(String.raw`^https://${user}${host}(?::\d{1,5})?/[^?#]+$`).test(text)) return "https";
  if (new RegExp(String.raw`^ssh://${user}${host}(?::\d{1,5})?/.+$`).test(text)) return "ssh";
  if (new RegExp(`^${user}${host}:(?!//)[^-:].*$`).test(text)) return "ssh";
  return /^(file:\/\/)?\/[^/]/.test(text) ? "file" : undefined;
}

/** `https://user:…@host` loses what stands behind the colon, and a lone user of HTTPS, which is most often a token. */
function withoutPassword(text: string): string {
  return text.replace(/^(https?:\/\/)[^@/]*@/i, "$1").replace(/^([a-z+]+:\/\/[^:@/]*):[^@/]*@/i, "$1@");
}
