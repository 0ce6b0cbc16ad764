import type { z } from "zod";
import type { Front } from "../site.ts";
import { engine } from "./engine.ts";
import { list, section } from "./form.ts";
import { grace } from "./grace.ts";
import { address, domain } from "./host.ts";
import { optionalKey, requiredKey } from "./key.ts";
import { leaf, textLeaf } from "./leaf.ts";
import { name } from "./name.ts";
import { sources } from "./sources.ts";
import { port } from "./unit.ts";

const contact = textLeaf<string>({
  code: "CONTACT_INVALID",
  expected: "a mail address such as ada@example.org",
  json: { format: "email" },
  read: (text) =>
    /^[^\s\p{C}@"<>(),:;]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*$/iu.test(text) && text.length <= 254 ? text : undefined,
});

const certificates = leaf<"local">({
  code: "WORD_UNKNOWN",
  expected: "local",
  json: { const: "local" },
  read: (value, refuse) => {
    if (value === "local") return "local";
    const acme = value === "acme" || (typeof value === "object" && value !== null && "acme" in value);
    return refuse(
      acme ? { code: "NOT_YET", got: "acme", hint: "remove the line: an authority of its own is what works now" } : {},
    );
  },
});

/** Where the front door listens when nothing is written. */
export const frontDefaults: Front = { addresses: ["0.0.0.0", "::"], http: 80, https: 443 };

const front = section(
  "front",
  { expected: "a map with addresses, http and https" },
  {
    addresses: optionalKey(list(address, { expected: "a list of IP addresses" }), {
      description: "The machine's addresses on which the front door listens. `0.0.0.0` and `::` stand for all.",
      unless: ["`0.0.0.0` and `::`"],
      example: ["192.168.1.10"],
    }),
    http: optionalKey(port, {
      description: "The port for HTTP, which sends visitors on to HTTPS.",
      unless: 80,
      example: 8080,
    }),
    https: optionalKey(port, { description: "The port for HTTPS.", unless: 443, example: 8443 }),
  },
);

/** The file `site.yaml`. */
export const siteSchema = section(
  "site",
  { expected: "a map with name and domain", hint: "write name: home and domain: example.org" },
  {
    name: requiredKey(name, {
      description: "The site's name. It stays the same wherever the directory is.",
      example: "home",
    }),
    domain: requiredKey(domain, {
      description: "The domain under which its services have their names.",
      example: "example.org",
    }),
    domains: optionalKey(list(domain, { expected: "a list of domains" }), {
      description: "Further domains.",
      unless: ["none"],
      example: ["example.net"],
    }),
    contact: optionalKey(contact, {
      description: "The mail address of who keeps the site.",
      unless: ["none"],
      example: "ada@example.org",
    }),
    engine: optionalKey(engine, { description: "What runs the services.", unless: "podman", example: "podman" }),
    certificates: optionalKey(certificates, {
      description: "Where certificates come from: `local` is an authority of the site's own, made on first use.",
      unless: "local",
      example: "local",
    }),
    front: optionalKey(front, {
      description: "Where the front door listens.",
      unless: ["every address, ports 80 and 443"],
      example: { http: 8080, https: 8443 },
    }),
    grace: optionalKey(grace, {
      description:
        "How long the state of a service is kept after it left the site, counted in time in which the machine watched over it. `never`: it is never deleted by itself.",
      unless: "30d",
      example: "90d",
    }),
    sources: optionalKey(sources, {
      description: "How changes of the site come in, besides by a push.",
      unless: ["none"],
      example: { webhook: "site-webhook" },
    }),
  },
);

/** A site.yaml as written, its values parsed. */
export type SiteFile = z.output<typeof siteSchema>;
