import fc from "fast-check";
import type { Certificate } from "../resource/kinds/certificate.ts";
import type { Container } from "../resource/kinds/container.ts";
import type { File } from "../resource/kinds/file.ts";
import type { Link } from "../resource/kinds/link.ts";
import type { Resource } from "../resource/resource.ts";

/** A service of a random site: small choices, so that two random sites share much and differ in a few things. */
export type RandomService = {
  readonly image: 1 | 2;
  readonly parts: 1 | 2;
  readonly env: "a" | "b";
  /** What the parts are called: with another name the same address is another container's. */
  readonly named: "p" | "q";
  readonly page: "one" | "two" | "none";
  readonly config: "one" | "two" | "none";
  readonly keeps: boolean;
  readonly resolves: boolean;
  readonly exposed: boolean;
  /** Whether its parts have a certificate of their own. */
  readonly certified: boolean;
  /** The second part waits for the first, or the addresses of the two change places. */
  readonly parted: "apart" | "chained" | "swapped";
  readonly reach: readonly string[];
};

/** Services by name. */
export type RandomSite = Readonly<Record<string, RandomService>>;

const names: readonly string[] = ["ant", "bee", "cat", "dog"];

const service: fc.Arbitrary<RandomService> = fc.record({
  image: fc.constantFrom(1, 2),
  parts: fc.constantFrom(1, 2),
  env: fc.constantFrom("a", "b"),
  named: fc.constantFrom("p", "q"),
  page: fc.constantFrom("one", "two", "none"),
  config: fc.constantFrom("one", "two", "none"),
  keeps: fc.boolean(),
  resolves: fc.boolean(),
  exposed: fc.boolean(),
  certified: fc.boolean(),
  parted: fc.constantFrom("apart", "chained", "swapped"),
  reach: fc.subarray([...names]),
});

/** Sites of none to four services. */
export const randomSite: fc.Arbitrary<RandomSite> = fc
  .record(Object.fromEntries(names.map((name) => [name, fc.option(service, { nil: undefined })])))
  .map((site) => Object.fromEntries(Object.entries(site).flatMap(([name, one]) => (one ? [[name, one]] : []))));

/** The resources of a random site, sorted by id, wired as features wire them: images, data, files and networks before containers. */
export function resourcesOf(site: RandomSite): readonly Resource[] {
  const services = Object.entries(site);
  const resources = services.flatMap(([name, one]) => serviceResources(site, name, one));
  const exposed = services.flatMap(([name, one]) => (one.exposed ? [name] : []));
  const all = services.length === 0 ? [] : [...resources, ...frontResources(exposed)];
  return all.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function serviceResources(site: RandomSite, name: string, one: RandomService): readonly Resource[] {
  const slot = names.indexOf(name) + 1;
  const prefix = `10.224.${slot}`;
  const common = { service: name, needs: [] };
  const network: Resource = {
    ...common,
    kind: "network",
    id: `network/${name}`,
    slot,
    subnet: `${prefix}.0/24`,
    gateway: `${prefix}.1`,
    resolves: one.resolves,
  };
  const image: Resource = {
    ...common,
    kind: "image",
    id: `image/${name}`,
    reference: `r/${name}:${one.image}`,
    source: { from: "registry" },
  };
  const page = fileOf(name, "page", one.page);
  const config = fileOf(name, "config", one.config);
  const volume: Resource = { ...common, kind: "volume", id: `volume/${name}/data`, part: "p1", name: "data", slot };
  const certificate: Certificate = {
    ...common,
    kind: "certificate",
    id: `certificate/${name}/${one.named}`,
    names: [`${name}.example.org`],
    domains: ["example.org"],
    issuer: "local",
    owner: 0,
  };
  const certificates = one.certified ? [certificate] : [];
  const things = [...(page ?? []), ...(config ?? []), ...(one.keeps ? [volume] : []), ...certificates];
  const links = one.reach.flatMap((to) => (to !== name && Object.hasOwn(site, to) ? [linkOf(name, to, prefix)] : []));
  const containers = Array.from({ length: one.parts }, (_, index): Container => {
    const host = { apart: 2 + index, swapped: 3 - index, chained: 4 + index }[one.parted];
    const before = one.parted === "chained" && index === 1 ? [`container/${name}/${one.named}1`] : [];
    return {
      ...common,
      kind: "container",
      id: `container/${name}/${one.named}${index + 1}`,
      needs: [...things, image, network, ...links].map(({ id }) => id).concat(before),
      part: `${one.named}${index + 1}`,
      replica: 1,
      image: `r/${name}:${one.image}`,
      env: { E: one.env },
      network: { mode: "service", id: network.id, address: `${prefix}.${host}` },
      hosts: {},
      mounts: [
        ...(page ?? []).map(({ id }) => ({ source: id, target: "/page", live: true })),
        ...(config ?? []).map(({ id }) => ({ source: id, target: "/config", live: false, digest: one.config })),
        ...certificates.map(({ id }) => ({ source: id, target: "/tls", live: true })),
        ...(one.keeps && index === 0 ? [{ source: volume.id, target: "/data", live: false }] : []),
      ],
      ...bare,
    };
  });
  return [network, image, ...things, ...links, ...containers];
}

const bare = {
  scratch: [],
  capabilities: "image",
  limits: { memory: 1, cpu: 1, processes: 1 },
  check: { ask: { by: "tcp", port: 80 }, every: 1000, timeout: 1000, within: 5000 },
} as const;

function fileOf(service: string, name: string, text: string): readonly [File] | undefined {
  if (text === "none") return undefined;
  const content = { from: "text", entries: { "index.html": text } } as const;
  return [{ kind: "file", id: `file/${service}/${name}`, service, needs: [], content, owner: 0, secret: false }];
}

function linkOf(from: string, to: string, prefix: string): Link {
  const slot = names.indexOf(to) + 1;
  const needs = [`network/${from}`];
  const common = { kind: "link", id: `link/${from}/${to}`, service: from, needs, from: `${prefix}.0/24` } as const;
  return { ...common, to: { address: `10.224.${slot}.2` }, protocol: "tcp", port: 80 };
}

function frontResources(exposed: readonly string[]): readonly Resource[] {
  const [file] = fileOf("front", "routes", exposed.join(" ") || "nobody") ?? [];
  const certificates = exposed.map(
    (name): Certificate => ({
      kind: "certificate",
      id: `certificate/front/${name}`,
      service: "front",
      needs: [],
      names: [`${name}.example.org`],
      domains: ["example.org"],
      issuer: "local",
      owner: 0,
    }),
  );
  const container: Container = {
    kind: "container",
    id: "container/front/haproxy",
    service: "front",
    needs: ["file/front/routes", "image/front", ...certificates.map(({ id }) => id)],
    part: "haproxy",
    replica: 1,
    image: "r/front:1",
    env: {},
    network: { mode: "machine" },
    hosts: {},
    mounts: [
      { source: "file/front/routes", target: "/etc/front", live: true },
      { source: "certificates", target: "/etc/certificates", live: false },
    ],
    reload: { socket: "/run/freehold/master.sock", send: "reload", expect: "Success" },
    ...bare,
  };
  const source = { from: "registry" } as const;
  const image: Resource = {
    kind: "image",
    id: "image/front",
    service: "front",
    needs: [],
    reference: "r/front:1",
    source,
  };
  return [...(file === undefined ? [] : [file]), ...certificates, image, container];
}
