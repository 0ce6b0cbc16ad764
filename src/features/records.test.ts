import fc from "fast-check";
import { expect, test } from "vitest";
import type { DnsRecord, Service, Site } from "../site/site.ts";
import { randomSite } from "./random-site.ts";
import { recordsOf, recordsOfServices } from "./records.ts";
import { sampleExposure, samplePart, sampleService, sampleSite } from "./sample-site.ts";

const exposed = (name: string, host: string, rest: Partial<Service> = {}) =>
  sampleService(name, { expose: [sampleExposure(host, name)], ...rest });
const record = (name: string, type: DnsRecord["type"], value: string): DnsRecord => ({ name, type, value });

function lines(services: readonly Service[], rest: Partial<Site> = {}): string[] {
  return recordsOfServices(sampleSite(services, rest), services).map(
    ({ service, name, type, value = "?" }) => `${service}: ${name} ${type} ${value}`,
  );
}

const at = (...addresses: string[]) => ({ front: { addresses, http: 80, https: 443 } });

test("hosts have the front door's addresses if those are single ones, else one to be filled in", () => {
  const blog = exposed("blog", "blog.example.org");
  expect(lines([blog])).toEqual(["blog: blog.example.org A ?"]);
  expect(lines([blog], at("127.0.0.1", "::1"))).toEqual(["blog: blog.example.org A ?"]);
  expect(lines([blog], at("2001:db8::1", "192.0.2.1", "127.0.0.1"))).toEqual([
    "blog: blog.example.org A 192.0.2.1",
    "blog: blog.example.org AAAA 2001:db8::1",
  ]);
});

test("a service has its own records behind its hosts', and its targets in the site have addresses, too", () => {
  const mail = exposed("mail", "mail.example.org", {
    records: [
      record("example.org", "MX", "10 mail.example.org"),
      record("example.org", "MX", "20 spare.example.org"),
      record("example.org", "MX", "30 mx.example.com"),
      record("_imaps._tcp.example.org", "SRV", "0 1 993 mail.example.org"),
    ],
  });
  expect(lines([mail])).toEqual([
    "mail: mail.example.org A ?",
    "mail: spare.example.org A ?",
    "mail: example.org MX 10 mail.example.org",
    "mail: example.org MX 20 spare.example.org",
    "mail: example.org MX 30 mx.example.com",
    "mail: _imaps._tcp.example.org SRV 0 1 993 mail.example.org",
  ]);
});

test("a target that has an address of its own gets no other", () => {
  const mail = sampleService("mail", {
    records: [record("example.org", "MX", "10 mx.example.org"), record("mx.example.org", "A", "192.0.2.9")],
  });
  expect(lines([mail])).toEqual(["mail: example.org MX 10 mx.example.org", "mail: mx.example.org A 192.0.2.9"]);
});

test("what two services need stands once, and a retired one needs nothing", () => {
  const one = exposed("a", "www.example.org");
  const two = sampleService("b", { expose: [sampleExposure("www.example.org", "b", { path: "/b" })] });
  const site = sampleSite([one, two]);
  expect(recordsOfServices(site, [two]).map(({ service, name }) => [service, name])).toEqual([
    ["b", "www.example.org"],
  ]);
  expect(lines([one, two, exposed("c", "old.example.org", { stage: "retired" })])).toEqual(["a: www.example.org A ?"]);
});

test("the start page has an address where anything has, unless a service has its host", () => {
  const names = (...services: readonly Service[]) =>
    recordsOf(sampleSite(services)).map(({ service, name }) => `${service}: ${name}`);
  expect(names(exposed("blog", "blog.example.org"))).toEqual(["front: start.example.org", "blog: blog.example.org"]);
  expect(names(exposed("start", "start.example.org"))).toEqual(["start: start.example.org"]);
  expect(names(sampleService("hidden"))).toEqual([]);
});

test("whatever the site, no record stands twice, and every exposed host has one", () => {
  fc.assert(
    fc.property(randomSite, (site) => {
      const records = recordsOf(site);
      const texts = records.map(({ name, type, value }) => `${name} ${type} ${value}`);
      expect(new Set(texts).size).toBe(texts.length);
      const names = new Set(records.map(({ name }) => name));
      const hosts = site.services.flatMap(({ stage, expose }) => (stage === "retired" ? [] : expose));
      expect(hosts.filter(({ host }) => !names.has(host))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test("mail programs find how to set themselves up, at each domain", () => {
  const ports = ["imaps", "submissions"].map((name, index) => {
    return { name, port: index + 1, published: index + 1, protocol: "tcp", clientAddress: "none" } as const;
  });
  const expose = [{ host: "mail.example.org", path: "/", to: "public" }] as const;
  const mail = sampleService("mail", { parts: [samplePart("mail", { ports })], expose });
  const site = sampleSite([mail, sampleService("blog", { expose: [sampleExposure("blog.example.org", "blog")] })], {
    domains: ["example.net"],
  });
  const names = recordsOfServices(site, [mail]).map(({ name }) => name);
  for (const domain of ["example.org", "example.net"])
    expect(names).toEqual(expect.arrayContaining([`autoconfig.${domain}`, `autodiscover.${domain}`]));
  expect(names).toContain("mail.example.org");
  expect(recordsOf(site).filter(({ name }) => name === "autoconfig.example.org").length).toBe(1);
});
