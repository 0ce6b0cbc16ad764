import type { Container } from "../../resource/kinds/container.ts";
import type { File } from "../../resource/kinds/file.ts";
import type { Network } from "../../resource/kinds/network.ts";
import { clusterName, namespaceOf } from "../../resource/namespace.ts";
import type { Resource } from "../../resource/resource.ts";
import type { Front, KubernetesEngine, Site } from "../../site/site.ts";
import { builtImage } from "../built-image.ts";
import { clusterOf } from "../cluster.ts";
import { frontGround, frontUser } from "../front.ts";
import type { Places, Standing } from "../places.ts";
import { handsTo, serverLines } from "./handover.ts";
import { haproxyConfig, keepAlive } from "./haproxy.ts";
import { certificateList, hostsMap, pathsMap } from "./lookups.ts";
import { unavailablePage, unknownPage } from "./pages.ts";
import { type FrontFile, frontFile, frontPaths } from "./paths.ts";
import { type Routes, routesOf } from "./routes.ts";

/** The front door: HAProxy on the machine's own network, its configuration as a live file. It waits for no service. */
export function compileIngress(site: Site, places: Places): readonly Resource[] {
  const routes = routesOf(site, places);
  const ground = frontGround(site);
  const image = { ...builtImage("image/front/haproxy", "front", "freehold/front", site.images.front), needs: ground };
  const file = frontFiles(routes, handsTo(site, places), ground);
  const container = frontContainer(routes.front, image.reference, [...file.needs, file.id, image.id]);
  const cluster = clusterOf(site);
  if (cluster === undefined) return [image, file, container];
  return [image, file, frontNetwork(site), onClusterDoor(site, container, routes, cluster)];
}

/** On a cluster the front door stands in a network like everybody else's. */
function frontNetwork({ name }: Site): Network {
  return {
    kind: "network",
    id: "network/front",
    service: "front",
    needs: [],
    resolves: true,
    namespace: namespaceOf(name, "front"),
  };
}

/** So many processes of the front door that a node may go without it: a second one is ready, and whichever node a balancer leads to first has one. */
const behindBalancer = 2;

/** The front door as a cluster runs it. There is no directory to see the start page in: the controller serves it. */
function onClusterDoor(site: Site, container: Container, routes: Routes, { door }: KubernetesEngine): Container {
  const published = [routes.front.http, routes.front.https, ...routes.streams.map(({ port }) => port)];
  return {
    ...container,
    network: { mode: "service", id: "network/front", address: clusterName(site.name, "front", container.part) },
    mounts: container.mounts.filter(({ source }) => source !== "start"),
    cluster: {
      replicas: door === "balancer" ? behindBalancer : 1,
      ports: published.sort((a, b) => a - b).map((port) => ({ port, protocol: "tcp", visitors: true })),
      startFirst: door === "balancer",
      door,
    },
  };
}

/** Everything that the front door reads but the certificates, which must be there first. */
function frontFiles(routes: Routes, led: readonly Standing[], ground: File["needs"]): File {
  const entries: Readonly<Record<FrontFile, string>> = {
    "certificates.list": certificateList(routes),
    "haproxy.cfg": haproxyConfig(routes),
    "hosts.map": hostsMap(routes),
    "paths.map": pathsMap(routes),
    "servers.txt": serverLines(routes, led),
    "unavailable.html": unavailablePage(),
    "unknown.html": unknownPage(),
  };
  return {
    kind: "file",
    id: "file/front/haproxy",
    service: "front",
    needs: [...routes.certificates.map(({ id }) => id), ...ground].sort(),
    content: { from: "text", entries },
    owner: frontUser,
    secret: false,
    ...(led.length === 0 ? {} : { handsTo: led.map(({ id }) => id).sort() }),
  };
}

function frontContainer(front: Front, image: string, needs: readonly string[]): Container {
  return {
    kind: "container",
    id: "container/front/haproxy",
    service: "front",
    needs: [...needs].sort(),
    part: "haproxy",
    replica: 1,
    image,
    command: ["-W", "-S", `${frontPaths.masterSocket},mode,600`, "-f", frontFile("haproxy.cfg")],
    user: String(frontUser),
    env: {},
    network: { mode: "machine" },
    hosts: {},
    mounts: [
      { source: "file/front/haproxy", target: frontPaths.files, live: true },
      { source: "certificates", target: frontPaths.certificates, live: true },
      { source: "start", target: frontPaths.start, live: false },
    ].sort((a, b) => (a.target < b.target ? -1 : 1)),
    scratch: [],
    capabilities: ["NET_BIND_SERVICE"],
    limits: { memory: 256 * 1024 * 1024, cpu: 4, processes: 64 },
    check: { ask: frontCheck(front), every: 5_000, timeout: 2_000, within: 15_000 },
    reload: {
      socket: frontPaths.masterSocket,
      send: "reload",
      expect: "Success=1",
      before: { file: "file/front/haproxy", entry: "servers.txt" satisfies FrontFile },
      elders: { ask: "show proc", shows: "# old workers", milliseconds: keepAlive + 1000 },
    },
  };
}

/** A connection proves that it listens, where it listens on loopback. */
function frontCheck({ addresses, http }: Front): Container["check"]["ask"] {
  const loopback = addresses.some((address) => ["0.0.0.0", "127.0.0.1"].includes(address));
  return loopback ? { by: "tcp", port: http } : { by: "running" };
}
