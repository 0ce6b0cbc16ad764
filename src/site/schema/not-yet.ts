import type { SectionName } from "./section-name.ts";

/** Keys of the language that do not work yet, and what they will be for. They are refused, never passed over. */
export const notYet: Partial<Record<SectionName, ReadonlyMap<string, string>>> = {
  site: new Map([
    ["dns", "records at a DNS provider"],
    ["nodes", "several machines"],
    ["backups", "copies elsewhere"],
    ["tell", "alerts"],
  ]),
  service: new Map([
    ["login", "a login before the service"],
    ["metrics", "metrics"],
    ["promise", "promises to its users"],
    ["power", "order when power is short"],
    ["runbook", "runbooks"],
    ["needs", "databases"],
    ["per", "an instance for each person"],
    ["vm", "virtual machines"],
    ["process", "processes without an image"],
    ["guard", "no restart while a check says busy"],
  ]),
};

const serviceOnly = [
  "title",
  "static",
  "external",
  "parts",
  "expose",
  "reach",
  "records",
  "manifests",
  "replicas",
  "stage",
  "update",
];
const siteOnly = ["name", "domain", "domains", "contact", "engine", "certificates", "front", "grace"];
const partKeys = [
  "image",
  "build",
  "command",
  "user",
  "port",
  "ports",
  "env",
  "certificate",
  "files",
  "state",
  "scratch",
  "limits",
];

/** Two keys with names that are easily mixed up. */
const certificates = ["certificates", "certificates belongs to site.yaml; what a part has is certificate"] as const;

/** Keys that people write one level too deep or in the wrong file, and where they belong. */
export const elsewhere: Partial<Record<SectionName, ReadonlyMap<string, string>>> = {
  part: new Map([
    ...serviceOnly.map((key) => [key, `${key} belongs to the whole service: write it beside parts`] as const),
    certificates,
  ]),
  service: new Map([...siteOnly.map((key) => [key, `${key} belongs to site.yaml`] as const), certificates]),
  site: new Map([
    ...[...serviceOnly, ...partKeys].map((key) => [key, `${key} belongs to services/NAME.yaml`] as const),
    ["people", "people belong to people.yaml"],
    ["services", "each service is a file, services/NAME.yaml"],
  ]),
};
