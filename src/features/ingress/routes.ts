import type { Check } from "../../resource/kinds/container.ts";
import { clusterName } from "../../resource/namespace.ts";
import type { Exposure, External, Front, Part, Port, Service, Site } from "../../site/site.ts";
import { clusterOf, controllerName, controllerPort } from "../cluster.ts";
import { certificatesOf, type FrontCertificate } from "../front.ts";
import { type Places, placeAt, type Standing } from "../places.ts";
import { mailSetupHosts, mailSetupPaths, startHost, webhookHost, webhookPath } from "../start.ts";
import { frontPaths } from "./paths.ts";

/** Who may come in: everybody, or only those on private networks. */
export type Openness = Exposure["to"];

/** Who answers: at an address, or on a unix socket that the front door's container sees. */
export type Server = { readonly name: string } /** An address, or a name that is looked up while running. */ & (
  | { readonly host: string; readonly port: number }
  | { readonly socket: string }
);

/** Somewhere that the front door hands connections on to. */
export type Backend = {
  /** `SERVICE.PART`, `SERVICE.PART.PORT` or `SERVICE.external`; unique. */
  readonly name: string;
  /** In order; named in logs. */
  readonly servers: readonly Server[];
  /** How to find out which of several servers answer; absent where there is one. */
  readonly check?: Check;
  /** Not on this machine. */
  readonly elsewhere: boolean;
  /** The servers speak TLS, and must prove to be `host`. */
  readonly tls: boolean;
  /** Whether the visitor's address is told in a PROXY header. */
  readonly proxy: boolean;
  /** The only paths that it is asked for, in lower case; absent: every path. */
  readonly paths?: readonly string[];
};

/** A host that answers over HTTPS. */
export type HostRoute = { readonly host: string; readonly to: Openness };

/** Requests for a host and everything under a path, and the backend that gets them. */
export type PathRoute = { readonly host: string; readonly path: string; readonly backend: string };

/** A published port other than HTTP. */
export type StreamRoute = { readonly port: number; readonly to: Openness; readonly backend: Backend };

/** Everything that the front door does, as data. All lists are sorted. */
export type Routes = {
  readonly front: Front;
  readonly domain: string;
  readonly hosts: readonly HostRoute[];
  readonly paths: readonly PathRoute[];
  readonly backends: readonly Backend[];
  readonly streams: readonly StreamRoute[];
  readonly certificates: readonly FrontCertificate[];
};

/** Works out what a site's front door routes where. Retired services are unknown to it. */
export function routesOf(site: Site, places: Places): Routes {
  const services = site.services.filter(({ stage, expose }) => stage !== "retired" && expose.length > 0);
  const web = [...services.flatMap((service) => webOf(service, places)), ...startOf(site)];
  const hosts = new Map(web.map(({ exposure: { host, to } }) => [host, { host, to }]));
  const backends = new Map(web.map(({ backend }) => [backend.name, backend]));
  return {
    front: frontOf(site),
    domain: site.domain,
    hosts: [...hosts.values()].sort(by((route) => route.host)),
    paths: web
      .map(({ exposure: { host, path }, backend }) => ({ host, path, backend: backend.name }))
      .sort(by((route) => `${route.host} ${route.path}`)),
    backends: [...backends.values()].sort(by((backend) => backend.name)),
    streams: services.flatMap((service) => streamsOf(service, places)).sort((a, b) => a.port - b.port),
    certificates: certificatesOf(site),
  };
}

/** Where the front door listens. Within a cluster it has an address of its own, and is asked for there by IPv4. */
function frontOf(site: Site): Front {
  return clusterOf(site) === undefined ? site.front : { ...site.front, addresses: ["0.0.0.0"] };
}

/** What the supervisor answers: the start page, for those at home, how mail programs set themselves up, and calls of the webhook. */
function startOf(site: Site): readonly { exposure: Exposure; backend: Backend }[] {
  const host = startHost(site);
  const servers = [
    clusterOf(site) === undefined
      ? { name: "supervisor", socket: frontPaths.startSocket }
      : { name: "controller", host: clusterName(site.name, "front", controllerName), port: controllerPort },
  ];
  const backend = { name: "start", servers, elsewhere: false, tls: false, proxy: false };
  const setup = { ...backend, name: "start.mail", paths: Object.values(mailSetupPaths) };
  const start = { exposure: { host: host ?? "", path: "/", to: "private" as const }, backend };
  const hooks = webhookHost(site);
  const call = {
    exposure: { host: hooks ?? "", path: "/", to: "public" as const },
    backend: { ...backend, name: "start.webhook", paths: [webhookPath] },
  };
  return [
    ...(host === undefined ? [] : [start]),
    ...(hooks === undefined ? [] : [call]),
    ...mailSetupHosts(site).map((open) => ({ exposure: { ...open, path: "/" }, backend: setup })),
  ];
}

/** The exposures of a service that answer HTTP, with what they lead to. */
function webOf(service: Service, places: Places): readonly { exposure: Exposure; backend: Backend }[] {
  const { external } = service;
  if (external !== undefined) {
    const backend = externalBackend(service, external);
    return service.expose.map((exposure) => ({ exposure, backend }));
  }
  return service.expose.flatMap((exposure) => {
    const part = service.parts.find(({ name }) => name === exposure.part);
    if (part?.port === undefined) return [];
    return [
      {
        exposure,
        backend: partBackend(`${service.name}.${part.name}`, part, part.port, placeAt(places, service.name).containers),
      },
    ];
  });
}

/** The published ports of a service: open to everybody only if every one of its hosts is. */
function streamsOf(service: Service, places: Places): readonly StreamRoute[] {
  const to = service.expose.every((exposure) => exposure.to === "public") ? "public" : "private";
  return service.parts.flatMap((part) =>
    part.ports
      .filter(({ protocol }) => protocol === "tcp")
      .map((port) => ({ port: port.published, to, backend: portBackend(service, part, port, places) })),
  );
}

function portBackend(service: Service, part: Part, port: Port, places: Places): Backend {
  const name = `${service.name}.${part.name}.${port.name}`;
  const backend = partBackend(name, part, port.port, placeAt(places, service.name).containers);
  return { ...backend, proxy: port.clientAddress === "proxy-v2" };
}

function partBackend(name: string, part: Part, port: number, containers: readonly Standing[]): Backend {
  const servers = containers
    .filter((standing) => standing.part.name === part.name)
    .map(({ replica, address }) => ({ name: String(replica), host: address, port }));
  const { check: ask, every, timeout, within } = part.health;
  const check = servers.length > 1 ? { check: { ask, every, timeout, within } } : {};
  return { name, servers, ...check, elsewhere: false, tls: false, proxy: false };
}

function externalBackend(service: Service, { protocol, host, port }: External): Backend {
  return {
    name: `${service.name}.external`,
    servers: [{ name: "1", host, port }],
    elsewhere: true,
    tls: protocol === "https",
    proxy: false,
  };
}

function by<T>(key: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}
