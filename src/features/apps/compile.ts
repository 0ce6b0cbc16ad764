import type { Resource } from "../../resource/resource.ts";
import type { Service, Site } from "../../site/site.ts";
import { clusterOf } from "../cluster.ts";
import { linksOf } from "../links.ts";
import { type Places, placeAt } from "../places.ts";
import { containerOf } from "./container.ts";
import { fileOf, filesOf } from "./files.ts";
import { hostsOf } from "./hosts.ts";
import { imageOf } from "./image.ts";
import { secretOf } from "./secrets.ts";
import { volumesOf } from "./volumes.ts";

/** The processes of every service and what they are made of: images, data, files, containers. */
export function compileApps(site: Site, places: Places): readonly Resource[] {
  const services = new Map(site.services.map((service) => [service.name, service]));
  return site.services.flatMap((service) => serviceResources(site, service, services, places));
}

function serviceResources(
  site: Site,
  service: Service,
  services: ReadonlyMap<string, Service>,
  places: Places,
): readonly Resource[] {
  if (service.parts.length === 0) return [];
  const place = placeAt(places, service.name);
  const volumes = volumesOf(service, place);
  // data stays described, so that nobody takes a retired service's slot or data
  if (service.stage === "retired") return volumes;
  const hosts = clusterOf(site) === undefined ? hostsOf(service, services, places) : undefined;
  const links = linksOf(service, services, places).map(({ id }) => id);
  const containers = place.containers.map((standing) => containerOf({ site, service, place, hosts, links }, standing));
  const images = service.parts.map((part) => imageOf(site, service, part));
  const files = service.parts.flatMap((part) =>
    filesOf(service, part).map((file) => fileOf(site, service, place, file)),
  );
  const secrets = service.parts.flatMap((part) => secretOf(site, service, part, place) ?? []);
  return [...images, ...volumes, ...files, ...secrets, ...containers];
}
