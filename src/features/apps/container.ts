import type { ResourceId } from "../../resource/base.ts";
import type { Container, Mount } from "../../resource/kinds/container.ts";
import type { Part, Service, Site } from "../../site/site.ts";
import { clusterOf, onCluster } from "../cluster.ts";
import { partCertificateId } from "../part-certificate.ts";
import type { Place, Standing } from "../places.ts";
import { environmentOf } from "./environment.ts";
import { filesOf, type PartFile } from "./files.ts";
import { type Hosts, hostsSeenBy } from "./hosts.ts";
import { imageOf } from "./image.ts";
import { secretsGiven } from "./secrets.ts";
import { volumeId } from "./volumes.ts";

/** What all containers of a service share. */
export type Surroundings = {
  readonly site: Site;
  readonly service: Service;
  readonly place: Place;
  /** Absent on a cluster, whose resolver knows the names. */
  readonly hosts?: Hosts | undefined;
  /** The ids of the ways that are open to it; they must be before its first connection. */
  readonly links: readonly ResourceId[];
};

/** One container of a service: a part's process, or one of its replicas. */
export function containerOf({ site, service, place, hosts, links }: Surroundings, standing: Standing): Container {
  const { part } = standing;
  const image = imageOf(site, service, part);
  const files = filesOf(service, part);
  const volumes = part.state.map((state) => volumeId(service, part, state));
  const certificates = certificateMounts(service, part);
  const secrets = secretsGiven(site, service, part);
  const network = `network/${service.name}`;
  return {
    kind: "container",
    id: standing.id,
    service: service.name,
    needs: [
      image.id,
      network,
      ...links,
      ...volumes,
      ...certificates.map(({ source }) => source),
      ...files.map(({ id }) => id),
      ...(secrets === undefined ? [] : [secrets.source]),
    ].sort(),
    part: part.name,
    replica: standing.replica,
    ...(standing.turn === undefined ? {} : { turn: standing.turn }),
    image: image.reference,
    ...(part.command === undefined ? {} : { command: part.command }),
    ...(part.user === undefined ? {} : { user: part.user }),
    env: environmentOf(site, service, part),
    network: { mode: "service", id: network, address: standing.address },
    hosts: hosts === undefined ? {} : hostsSeenBy(hosts, service, standing),
    ...(place.users === undefined ? {} : { users: place.users }),
    mounts: [
      ...part.state.map((state) => volumeMount(service, part, state)),
      ...certificates,
      ...files.map(fileMount),
    ].sort(byTarget),
    scratch: scratchOf(part),
    capabilities: "image",
    limits: part.limits,
    ...(secrets === undefined ? {} : { secrets }),
    check: {
      ask: part.health.check,
      every: part.health.every,
      timeout: part.health.timeout,
      within: part.health.within,
    },
    ...(clusterOf(site) === undefined ? {} : { cluster: onCluster(site, service, part) }),
  };
}

function volumeMount(service: Service, part: Part, state: Part["state"][number]): Mount {
  return { source: volumeId(service, part, state), target: state.path, live: false };
}

function fileMount(file: PartFile): Mount {
  const mount = { source: file.id, target: file.target, live: file.live };
  return file.of === "tree" && !file.live ? { ...mount, digest: file.content.digest } : mount;
}

/** A part's own certificate is renewed while it runs. */
function certificateMounts(service: Service, { certificate, ...part }: Part): readonly Mount[] {
  if (certificate === undefined) return [];
  return [{ source: partCertificateId(service, part), target: certificate.path, live: true }];
}

/** Freehold's web image writes nothing but a few temporary files. */
function scratchOf(part: Part): readonly string[] {
  const own = part.image.from === "static" ? ["/tmp"] : [];
  return [...new Set([...own, ...part.scratch])].sort();
}

/** Outer paths first, so that a mount inside another is not hidden by it. */
function byTarget(a: Mount, b: Mount): number {
  return a.target < b.target ? -1 : a.target > b.target ? 1 : 0;
}
