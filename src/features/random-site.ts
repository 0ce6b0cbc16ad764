import fc from "fast-check";
import type { DnsRecord, Exposure, Part, Person, Reach, SecretUse, Service, Site } from "../site/site.ts";
import { samplePart, sampleService, sampleSite } from "./sample-site.ts";

/** Names that trip up what treats an object as a map, beside ordinary ones. */
const name = fc.oneof(
  fc.constantFrom("constructor", "blog", "mail", "wildcard", "a", "http", "https", "n0-0", "tostring", "z".repeat(63)),
  fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/),
);

const port = fc.integer({ min: 1, max: 65_535 });

/** Sorted by where they are found; `constructor` is a name like any other. */
const someSecrets: readonly SecretUse[] = [
  { secret: "constructor", as: "file", path: "/run/secrets/key" },
  { secret: "token", as: "variable", variable: "TOKEN" },
  { secret: "token", as: "variable", variable: "constructor" },
];

const sealed = { values: { constructor: "ENC[1]", token: "ENC[2]", unused: "ENC[3]" }, keys: [] };

const part = fc
  .record({
    name,
    port: fc.option(port, { nil: undefined }),
    ports: fc.uniqueArray(port, { maxLength: 3 }),
    udp: fc.boolean(),
    states: fc.uniqueArray(name, { maxLength: 2 }),
    people: fc.boolean(),
    certificate: fc.boolean(),
    secrets: fc.subarray([...someSecrets]),
  })
  .map(({ name, port, ports, udp, states, people, certificate, secrets }): Part => {
    const { port: _http, ...rest } = samplePart(name);
    return {
      ...rest,
      ...(port === undefined ? {} : { port }),
      ports: ports.map((number, index) => ({
        name: `p${number}`,
        port: number,
        published: number,
        protocol: udp && index === 0 ? ("udp" as const) : ("tcp" as const),
        clientAddress: "none" as const,
      })),
      state: states.map((state) => ({ name: state, path: `/data/${state}` })),
      ...(people
        ? { people: { path: "/run/people", give: ["addresses", "keys", "names", "passwords"] as const } }
        : {}),
      secrets,
      ...(certificate ? { certificate: { path: "/run/tls", names: ["mail.example.org", "*.example.org"] } } : {}),
    };
  });

const someRecords: readonly DnsRecord[] = [
  { name: "example.org", type: "MX", value: "10 mail.example.org" },
  { name: "_x._tcp.example.org", type: "SRV", value: "0 1 25 a.example.org" },
  { name: "mail.example.org", type: "A", value: "192.0.2.1" },
];

const service = fc
  .record({
    name,
    parts: fc.uniqueArray(part, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
    stage: fc.constantFrom("live" as const, "live" as const, "retired" as const),
    replicas: fc.integer({ min: 1, max: 4 }),
    exposed: fc.constantFrom("no" as const, "public" as const, "private" as const),
    external: fc.boolean(),
    records: fc.array(fc.constantFrom(...someRecords), { maxLength: 3 }),
    reach: fc.array(fc.oneof(name, fc.constantFrom("internet", "lan", "machine")), { maxLength: 4 }),
  })
  .map((drawn): Service => {
    const web = drawn.parts.find(({ port }) => port !== undefined);
    const to = drawn.exposed;
    const exposure: Omit<Exposure, "to"> = {
      host: `${drawn.name}.example.org`,
      path: "/",
      ...(web === undefined ? {} : { part: web.name }),
    };
    const outside = drawn.external && drawn.stage === "live";
    return sampleService(drawn.name, {
      parts: outside ? [] : drawn.parts,
      ...(outside ? { external: { protocol: "http", host: "192.168.1.20", port: 80 } } : {}),
      stage: drawn.stage,
      replicas: drawn.replicas,
      expose: to === "no" ? [] : [{ ...exposure, to }],
      reach: outside ? [] : drawn.reach.map(reachOf),
      records: drawn.records,
    });
  });

function reachOf(to: string): Reach {
  return to === "internet" || to === "lan" || to === "machine" ? { to } : { to: "service", service: to };
}

const person = fc
  .record({
    name,
    groups: fc.subarray(["admins", "blog", "mail", "postmaster"]),
    addresses: fc.subarray(["mail@example.org", "abuse@example.org", "a@example.org"]),
    password: fc.boolean(),
  })
  .map(({ name, groups, addresses, password }): Person => {
    const keys = ["ssh-ed25519 AAAA"];
    return { name, title: name, groups, keys, addresses, ...(password ? { password: "$argon2id$x" } : {}) };
  });

/** Sites as the loader makes them: names unique, services and people sorted. */
export const randomSite: fc.Arbitrary<Site> = fc
  .record({
    services: fc.uniqueArray(service, { maxLength: 8, selector: ({ name }) => name }),
    people: fc.uniqueArray(person, { maxLength: 4, selector: ({ name }) => name }),
    engine: fc.constantFrom<Site["engine"]>("podman", { kubernetes: { context: "home", door: "balancer" } }),
  })
  .map(({ services, people, engine }) =>
    sampleSite([...services].sort(byName), { people: [...people].sort(byName), secrets: sealed, engine }),
  );

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
