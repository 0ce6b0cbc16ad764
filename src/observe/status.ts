import type { Restarts, Trouble } from "../ledger/restarts.ts";
import type { CheckResult } from "../providers/provider.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Container } from "../resource/kinds/container.ts";
import type { Observation, Observed } from "../resource/observed.ts";
import { withOnePerPlace } from "../resource/turns.ts";
import type { Service, Site } from "../site/site.ts";
import { urlsOf } from "./urls.ts";
import { writtenParts } from "./written.ts";

/** How a part or a service is. `starting`: it runs, has not answered yet, and still has time for it. */
export type State = "healthy" | "starting" | "unhealthy" | "stopped";

/** One process of a service; further replicas are parts of their own here. */
export type PartStatus = {
  readonly id: ResourceId;
  readonly name: string;
  /** From 1. */
  readonly replica: number;
  readonly state: State;
  /** How often the supervisor restarted it since it was made. */
  readonly restarts: number;
  /** The last thing that was the matter since it was made, also when all is well again. */
  readonly trouble?: Trouble;
  /** Milliseconds since the epoch; absent when it does not run. */
  readonly since?: number;
  /** What is the matter, in a few words. */
  readonly detail?: string;
};

/** One service. */
export type ServiceStatus = {
  readonly name: string;
  readonly title: string;
  readonly state: State;
  /** Where people find it. */
  readonly urls: readonly string[];
  readonly to: "public" | "private" | "nobody";
  /** It runs as it was last applied, since its file has errors. */
  readonly held: boolean;
  /** It runs elsewhere; its state is that of the front door, which leads there. */
  readonly elsewhere: boolean;
  readonly parts: readonly PartStatus[];
};

/** A whole site. */
export type SiteStatus = {
  readonly name: string;
  /** Sorted by name. */
  readonly services: readonly ServiceStatus[];
  /** The processes of the front door. */
  readonly front: readonly PartStatus[];
};

/** What is known beyond what is observed. */
export type StatusExtra = { readonly restarts?: Restarts; readonly held?: readonly string[] };

/**
 * How a site is. `checks` has the answers of running containers by id; one that was not asked counts as starting, never as
 * healthy. `now` in milliseconds since the epoch.
 */
export function status(
  site: Site,
  observation: Observation,
  checks: ReadonlyMap<ResourceId, CheckResult>,
  now: number,
  { restarts = new Map(), held = [] }: StatusExtra = {},
): SiteStatus {
  const byService = new Map<string, PartStatus[]>();
  for (const observed of withOnePerPlace(observation).resources) {
    if (observed.resource.kind !== "container") continue;
    const { resource } = observed;
    const part = partStatus(observed, resource, { check: checks.get(resource.id), restarts, now });
    byService.set(resource.service, [...(byService.get(resource.service) ?? []), part]);
  }
  const front = byService.get("front") ?? [];
  const services = site.services.map((service): ServiceStatus => {
    const parts =
      service.parts.length === 0 && service.manifests !== undefined
        ? writtenParts(service, observation)
        : withMissing(service, byService.get(service.name) ?? []);
    const elsewhere = service.external !== undefined;
    return {
      name: service.name,
      title: service.title,
      state: overall(elsewhere ? front : parts),
      urls: service.stage === "retired" ? [] : urlsOf(service, site.front),
      to: visibility(service),
      held: held.includes(service.name),
      elsewhere,
      parts,
    };
  });
  const isMissing = front.length === 0 && services.some(({ urls }) => urls.length > 0);
  return { name: site.name, services, front: isMissing ? [missingDoor] : front };
}

/** The front door of a site that needs one and has none. */
const missingDoor: PartStatus = {
  id: "container/front/haproxy",
  name: "haproxy",
  replica: 1,
  state: "stopped",
  restarts: 0,
};

type Facts = { readonly check: CheckResult | undefined; readonly restarts: Restarts; readonly now: number };

function partStatus({ run, amiss }: Observed, container: Container, { check, restarts, now }: Facts): PartStatus {
  const { id, part: name, replica } = container;
  const found = restarts.get(id);
  const known = found?.containerId === run?.containerId ? found : undefined;
  const trouble = known?.trouble === undefined ? {} : { trouble: known.trouble };
  const common = { id, name, replica, restarts: known?.count ?? 0, ...trouble };
  if (run === undefined || run.state === "stopped" || check?.stopped === true) {
    const code = run === undefined || run.exitCode === 0 ? {} : { detail: `ended with exit code ${run.exitCode}` };
    return { ...common, state: "stopped", ...code };
  }
  const since = run.startedAt;
  if (check?.healthy === true)
    return { ...common, since, state: "healthy", ...(amiss === undefined ? {} : { detail: amiss }) };
  const inTime = known?.answered !== since && now - since < container.check.within;
  const detail = check?.detail === undefined ? {} : { detail: check.detail };
  return { ...common, since, state: check === undefined || inTime ? "starting" : "unhealthy", ...detail };
}

/** Parts that should run and are not even there count as stopped. */
function withMissing(service: Service, found: readonly PartStatus[]): readonly PartStatus[] {
  if (service.stage === "retired") return found;
  const missing = service.parts
    .filter((part) => !found.some(({ name }) => name === part.name))
    .map(({ name }): PartStatus => {
      return { id: `container/${service.name}/${name}`, name, replica: 1, state: "stopped", restarts: 0 };
    });
  return [...found, ...missing].sort((a, b) => (a.name === b.name ? a.replica - b.replica : a.name < b.name ? -1 : 1));
}

/** A service is as good as its worst part; stopped only if nothing of it runs. */
function overall(parts: readonly PartStatus[]): State {
  const states = new Set(parts.map(({ state }) => state));
  if (states.has("unhealthy") || (states.has("stopped") && states.size > 1)) return "unhealthy";
  if (states.has("stopped") || states.size === 0) return "stopped";
  return states.has("starting") ? "starting" : "healthy";
}

function visibility({ expose }: Service): ServiceStatus["to"] {
  if (expose.some(({ to }) => to === "public")) return "public";
  return expose.length > 0 ? "private" : "nobody";
}
