import { nearest } from "../lib/text.ts";
import type { Signer } from "../source/revision.ts";
import { type Mistake, unexpected } from "./mistake.ts";
import { frontDefaults, type SiteFile } from "./schema/site.ts";
import type { Front, Site, Sources } from "./site.ts";

/** What site.yaml says, defaults filled in. */
export type SiteHead = Omit<Site, "people" | "services" | "secrets" | "images">;

/** The site's own settings, and what contradicts itself in them. */
export function assembleSite(file: SiteFile): { head: SiteHead; mistakes: Mistake[] } {
  const { name, domain, contact, certificates = "local" } = file;
  const { front, mistakes } = assembleFront(file.front);
  const domains = new Set([domain]);
  for (const [index, further] of (file.domains ?? []).entries()) {
    if (domains.has(further))
      mistakes.push({
        code: "DOMAIN_TWICE",
        path: ["domains", index],
        message: `expected each domain once, got ${further} again`,
        hint: "remove it",
      });
    domains.add(further);
  }
  domains.delete(domain);
  const head = {
    name,
    domain,
    domains: [...domains],
    ...(contact !== undefined && { contact }),
    engine: assembleEngine(file.engine),
    certificates,
    front,
    ...(file.grace !== undefined && { grace: file.grace }),
    ...(file.sources !== undefined && { sources: assembleSources(file.sources) }),
  };
  return { head, mistakes: [...mistakes, ...signersTwice(file.sources?.signers ?? [])] };
}

function assembleEngine(engine: SiteFile["engine"] = "podman"): Site["engine"] {
  if (engine === "podman") return engine;
  const {
    context,
    registry,
    "storage-class": storageClass,
    "node-lost-after": nodeLostAfter,
    door = "balancer",
  } = engine.kubernetes;
  return {
    kubernetes: {
      context,
      ...(registry !== undefined && { registry }),
      ...(storageClass !== undefined && { storageClass }),
      ...(nodeLostAfter !== undefined && { nodeLostAfter }),
      door,
    },
  };
}

function assembleFront(front: SiteFile["front"] = {}): { front: Front; mistakes: Mistake[] } {
  const { addresses = frontDefaults.addresses, http = frontDefaults.http, https = frontDefaults.https } = front;
  const mistakes: Mistake[] = [];
  if (addresses.length === 0)
    mistakes.push({
      code: "ADDRESS_INVALID",
      path: ["front", "addresses"],
      message: "expected at least one address, got none",
      hint: "remove the line to listen on all",
    });
  for (const [index, address] of addresses.entries()) {
    if (addresses.indexOf(address) < index)
      mistakes.push({
        code: "ADDRESS_TWICE",
        path: ["front", "addresses", index],
        message: `expected each address once, got ${address} again`,
        hint: "remove it",
      });
  }
  if (http === https)
    mistakes.push({
      code: "FRONT_PORTS_SAME",
      path: ["front", front.https === undefined ? "http" : "https"],
      message: `expected two ports for HTTP and HTTPS, got ${http} for both`,
      hint: "change one of the two",
    });
  return { front: { addresses: [...addresses], http, https }, mistakes };
}

function assembleSources({ signers, webhook }: NonNullable<SiteFile["sources"]>): Sources {
  return {
    ...(signers !== undefined && { signers: signers.map(({ name, key, by }) => ({ name, key, by })) }),
    ...(webhook !== undefined && { webhook }),
  };
}

/** One key under two names would leave open who signed. */
function signersTwice(signers: readonly Signer[]): Mistake[] {
  return signers.flatMap(({ key, name }, index) => {
    const first = signers.findIndex((other) => other.key === key);
    if (first === index) return [];
    return [
      unexpected("SIGNER_TWICE", ["sources", "signers", index], "each key once", {
        got: `that of ${signers[first]?.name ?? name} again`,
        hint: "remove one of the two",
      }),
    ];
  });
}

/** A webhook whose secret secrets.yaml does not have; `known` absent: it cannot be read, which is said there. It keeps nothing from running. */
export function webhookMistakes({ sources }: SiteFile, known: ReadonlySet<string> | undefined): Mistake[] {
  const name = sources?.webhook;
  if (name === undefined || known === undefined || known.has(name)) return [];
  const near = nearest(name, [...known]);
  const make = `freehold secrets set ${name}`;
  const hint = near === undefined ? make : `did you mean ${near}? otherwise: ${make}`;
  const got = `"${name}"`;
  return [unexpected("SECRET_UNKNOWN", ["sources", "webhook"], "a secret of secrets.yaml", { got, hint })];
}
