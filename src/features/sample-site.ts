import type { Exposure, Part, Service, Site } from "../site/site.ts";

const tree = (name: string) => ({ source: `/site/${name}`, digest: name.padEnd(64, "0"), size: 10 });

/** A part for tests: an image that answers HTTP on 8080, and nothing else. */
export function samplePart(name: string, rest: Partial<Part> = {}): Part {
  return {
    name,
    image: { from: "registry", reference: `docker.io/library/${name}:1.0` },
    port: 8080,
    ports: [],
    env: {},
    secrets: [],
    files: [],
    state: [],
    scratch: [],
    health: { check: { by: "tcp", port: 8080 }, every: 10_000, timeout: 2_000, within: 60_000 },
    limits: { memory: 268_435_456, cpu: 1, processes: 200 },
    ...rest,
  };
}

/** A service for tests: one part of its own name, closed to everybody. */
export function sampleService(name: string, rest: Partial<Service> = {}): Service {
  return {
    name,
    title: name,
    stage: "live",
    parts: [samplePart(name)],
    expose: [],
    reach: [],
    replicas: 1,
    update: "minor",
    records: [],
    ...rest,
  };
}

/** An exposure for tests: public, the root of a host. */
export function sampleExposure(host: string, part: string, rest: Partial<Exposure> = {}): Exposure {
  return { host, path: "/", to: "public", part, ...rest };
}

/** A site for tests, `example.org`. */
export function sampleSite(services: readonly Service[], rest: Partial<Site> = {}): Site {
  return {
    name: "home",
    domain: "example.org",
    domains: [],
    engine: "podman",
    certificates: "local",
    front: { addresses: ["0.0.0.0", "::"], http: 80, https: 443 },
    people: [],
    services,
    secrets: { values: {}, keys: [] },
    images: { front: tree("f"), web: tree("e") },
    ...rest,
  };
}
