import { nearest } from "../../lib/text.ts";
import { shown, unexpected } from "../mistake.ts";
import type { Path } from "../path.ts";
import type { ServiceFile } from "../schema/service.ts";
import type { Exposure } from "../site.ts";
import type { Report, Written } from "./draft.ts";
import { hostInFull, isUnder } from "./host.ts";

/** What the exposures of a service depend on. */
export type Exposed = {
  readonly name: string;
  readonly stage: string;
  readonly external: boolean;
  /** Every part's name, and those that answer HTTP. */
  readonly parts: readonly string[];
  readonly web: readonly string[];
  readonly hasPorts: boolean;
  /** The site's domains, its own first. */
  readonly domains: readonly string[];
};

type Entry = {
  host?: string | undefined;
  to?: "public" | "private" | undefined;
  path?: string | undefined;
  part?: string | undefined;
};

/** Where the front door offers a service, defaults filled in. */
export function assembleExposures(
  expose: ServiceFile["expose"],
  exposed: Exposed,
  report: Report,
): Written<Exposure>[] {
  if (expose === undefined) return [];
  if (typeof expose === "string") return one({ to: expose }, ["expose"], exposed, report);
  return expose.flatMap((entry, index) => {
    const map: Entry = typeof entry === "string" ? { host: entry } : entry;
    return one(map, ["expose", index], exposed, report);
  });
}

function one(entry: Entry, path: Path, exposed: Exposed, report: Report): Written<Exposure>[] {
  const { to = "private" } = entry;
  const [domain] = exposed.domains;
  const host = hostInFull(entry.host ?? exposed.name, exposed.domains);
  if (exposed.stage === "trial" && to === "public")
    report({
      code: "EXPOSE_TRIAL",
      path: path.length === 1 ? path : [...path, "to"],
      message: "expected a service on trial to be private, got public",
      hint: "write stage: live, or expose: private",
    });
  const part = partOf(entry, path, exposed, report);
  if (domain === undefined) return [];
  if (host === undefined) {
    const got = `"${entry.host ?? exposed.name}.${domain}"`;
    report(unexpected("HOST_INVALID", path, "a host of at most 253 characters", { got, hint: "write a shorter host" }));
    return [];
  }
  if (entry.host !== undefined) checkDomain(host, entry, path, exposed.domains, report);
  return [{ value: { host, path: entry.path ?? "/", to, ...(part !== undefined && { part }) }, path }];
}

function checkDomain(host: string, entry: Entry, path: Path, domains: readonly string[], report: Report): void {
  if (isUnder(host, domains)) return;
  const near = nearest(host, domains);
  const first = host.split(".")[0];
  const got = shown(entry.host);
  const hint = `${near === undefined ? `write ${first}.${domains[0]}` : `did you mean ${near}?`}, or add its domain to domains in site.yaml`;
  report(unexpected("HOST_FOREIGN", path, `a name under ${domains.join(", ")}`, { got, hint }));
}

function partOf(entry: Entry, path: Path, exposed: Exposed, report: Report): string | undefined {
  const { web, parts } = exposed;
  if (entry.part !== undefined) {
    if (web.includes(entry.part)) return entry.part;
    const near = nearest(entry.part, web);
    const known = parts.includes(entry.part);
    const expected = known ? "a part that has a port" : "a part of this service";
    const hint = known ? `write port: in the part ${entry.part}` : near && `did you mean ${near}?`;
    report(
      unexpected("EXPOSE_PART_UNKNOWN", [...path, "part"], expected, { got: shown(entry.part), ...(hint && { hint }) }),
    );
    return undefined;
  }
  if (exposed.external || web.length === 1) return web[0];
  if (web.length > 1) {
    const message = `expected part: to say which one is meant, for ${web.join(" and ")} have a port`;
    report({ code: "EXPOSE_PART_NEEDED", path, message, hint: `write part: ${web[0]}` });
  } else if (!exposed.hasPorts) {
    const hint = "write port: with the port on which it answers HTTP";
    report({ code: "EXPOSE_NO_PORT", path, message: "expected a port to expose, got none", hint });
  }
  return undefined;
}
