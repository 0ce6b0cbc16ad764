import { list, section } from "./form.ts";
import { readHost } from "./host.ts";
import { optionalKey, requiredKey } from "./key.ts";
import { textLeaf } from "./leaf.ts";
import { mountPath } from "./location.ts";

/** A name for a certificate: a host (in full, or relative to the site's domain), or every name directly under one (RFC 6125, 6.4.3). */
const certificateName = textLeaf<string>({
  code: "HOST_INVALID",
  expected: "a host such as mail.example.org, or *.example.org",
  json: { maxLength: 253 },
  read: (text, refuse) => {
    if (text === "@" || text === "*") return text;
    const lower = text.toLowerCase();
    const host = readHost(lower.replace(/^\*\./, ""));
    if (host === undefined || lower.length > 253)
      return refuse(text.includes("*") ? { hint: "a star stands alone before the first dot: *.example.org" } : {});
    return lower;
  },
});

/** `certificate` of a part: a directory with a certificate and its key. */
export const certificateMount = section(
  "certificate",
  { expected: "a map with path and names", hint: "write certificate: {path: /run/tls, names: [mail.example.org]}" },
  {
    path: requiredKey(mountPath, {
      description:
        "The directory inside. `current/certificate.pem` (the whole chain) and `current/key.pem` are in it; the key is for the user alone that the part starts as. `current` leads to new ones when they are renewed, without a restart.",
      example: "/run/tls",
    }),
    names: optionalKey(
      list(certificateName, { expected: "a list of hosts", hint: "write names: [example.org, mail.example.org]" }),
      {
        description:
          "What it is for: names under the site's domains, also `*.DOMAIN`. A name without a dot is one under the site's domain, `@` is the domain itself, `*` everything directly under it.",
        unless: ["the hosts of `expose`"],
        example: ["@", "mail"],
      },
    ),
  },
);
