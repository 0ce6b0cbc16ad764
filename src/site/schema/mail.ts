import { readHost } from "./host.ts";
import { textLeaf } from "./leaf.ts";

/** What stands before the @: a dot-atom of RFC 5322, 3.2.3, of the characters that people write without surprises. */
const local = /^(?=.{1,64}$)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/** A person's mail address, in lower case. Quoted parts, comments and addresses by number are none. */
export const mail = textLeaf<string>({
  code: "MAIL_INVALID",
  expected: "a mail address such as ada@example.org",
  json: { format: "email", maxLength: 254 },
  read: (text, refuse) => {
    const lower = text.toLowerCase();
    const at = lower.lastIndexOf("@");
    const [name, domain] = [lower.slice(0, Math.max(at, 0)), lower.slice(at + 1)];
    if (at < 0 && local.test(lower)) return refuse({ hint: `write ${lower}@ and a domain of the site` });
    if (readHost(domain) === undefined || lower.length > 254) return undefined;
    if (local.test(name)) return lower;
    const [before = ""] = name.split("+");
    if (name.includes("+") && local.test(before))
      return refuse({ hint: `write ${before}@${domain}: what follows a + reaches it as well` });
    return name === "" ? refuse({ hint: "write each address: there is no address for everything else" }) : undefined;
  },
});
