import { describe, expect, test } from "vitest";
import type { Service, Site } from "../../site/site.ts";
import { assignSlots } from "../addresses.ts";
import { compile } from "../compile.ts";
import { sampleExposure, samplePart, sampleService, sampleSite } from "../sample-site.ts";
import { uriText } from "./lookups.ts";
import { unavailablePage, unknownPage } from "./pages.ts";

function entries(services: readonly Service[], rest: Partial<Site> = {}): Readonly<Record<string, string>> {
  const site = sampleSite(services, rest);
  const slots = assignSlots(
    services.map(({ name }) => name),
    {},
    [],
  );
  const file = compile(site, slots).find(({ id }) => id === "file/front/haproxy");
  if (file?.kind !== "file" || file.content.from !== "text") throw new Error("expected the front door's files");
  return file.content.entries;
}

const port = { name: "imaps", port: 993, published: 1993, protocol: "tcp", clientAddress: "none" } as const;
const mail = (to: readonly ("public" | "private")[], ports: readonly (typeof port | { protocol: "udp" })[] = [port]) =>
  sampleService("mail", {
    parts: [samplePart("mail", { ports: ports.map((one) => ({ ...port, ...one })) })],
    expose: to.map((one, index) => sampleExposure(`m${index}.example.org`, "mail", { to: one })),
  });

describe("published ports", () => {
  test("are there only for a service that is exposed, under the number that is published", () => {
    expect(entries([mail([])])["haproxy.cfg"]).not.toContain("993");
    expect(entries([mail(["public"])])["haproxy.cfg"]).toContain("bind ipv4@0.0.0.0:1993\n");
  });

  test("are open to everybody only when every host of the service is", () => {
    const closed = (to: readonly ("public" | "private")[]) =>
      entries([mail(to)])["haproxy.cfg"]?.includes("connection reject");
    expect(closed(["public"])).toBe(false);
    expect(closed(["private"])).toBe(true);
    expect(closed(["public", "private"])).toBe(true);
  });

  test("that speak UDP are not carried", () => {
    expect(entries([mail(["public"], [{ protocol: "udp" }])])["haproxy.cfg"]).not.toContain("1993");
  });
});

describe("the start page", () => {
  test("is for those at home, and gives way to a service that wants its host", () => {
    expect(entries([])["hosts.map"]).toBe("start.example.org private\n");
    const mine = sampleService("mine", { expose: [sampleExposure("start.example.org", "mine")] });
    expect(entries([mine])["hosts.map"]).toBe("start.example.org public\n");
    expect(entries([mine])["paths.map"]).toBe("start.example.org/ mine.mine\n");
  });
});

describe("the webhook", () => {
  const asked = { sources: { webhook: "site-webhook" } };

  test("has no host unless site.yaml asks for it", () => {
    expect(entries([], { sources: {} })["hosts.map"]).toBe("start.example.org private\n");
  });

  test("is open to everybody at one path, and opens nothing else", () => {
    const found = entries([], asked);
    expect(found["hosts.map"]).toBe("hooks.example.org public\nstart.example.org private\n");
    expect(found["paths.map"]).toBe("hooks.example.org/ start.webhook\nstart.example.org/ start\n");
    expect(found["haproxy.cfg"]).toMatch(/backend start\.webhook\n.*unless \{ path -i \/push \}\n/);
  });

  test("gives way to a service that wants its host", () => {
    const mine = sampleService("mine", { expose: [sampleExposure("hooks.example.org", "mine")] });
    expect(entries([mine], asked)["paths.map"]).toContain("hooks.example.org/ mine.mine\n");
  });
});

describe("hosts and paths", () => {
  test("of retired services are unknown", () => {
    const blog = sampleService("blog", { expose: [sampleExposure("blog.example.org", "blog")], stage: "retired" });
    expect(entries([blog])["hosts.map"]).not.toContain("blog");
    expect(entries([blog])["certificates.list"]).not.toContain("blog");
  });

  test("of a service that only has ports answer no HTTP", () => {
    const git = sampleService("git", { expose: [{ host: "git.example.org", path: "/", to: "private" }] });
    const found = entries([git]);
    expect(`${found["hosts.map"]}${found["paths.map"]}`).not.toContain("git");
    expect(found["certificates.list"]).toContain("git.example.org");
  });

  test("cannot break out of the line that they stand in", () => {
    expect(uriText("/a b\nc #'\"\\x\ud800é")).toBe("/a%20b%0Ac%20%23%27%22%5Cx%EF%BF%BD%C3%A9");
    expect(uriText("/photos/%20/~ada;v=1,2")).toBe("/photos/%20/~ada;v=1,2");
  });
});

describe("being held to HTTPS", () => {
  const held = (rest: Partial<Site>) => entries([], rest)["haproxy.cfg"]?.includes("strict-transport-security");

  test("is asked of browsers on the usual ports, not on one's own machine", () => {
    expect(held({})).toBe(true);
    expect(held({ domain: "home.localhost" })).toBe(false);
    expect(held({ front: { addresses: ["127.0.0.1"], http: 8080, https: 8443 } })).toBe(false);
  });
});

describe("pages", () => {
  test.each([unknownPage(), unavailablePage()])("stand alone, in light and dark, and name nobody", (page) => {
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain("prefers-color-scheme: dark");
    expect(page).not.toMatch(/<script|https?:|src=|url\(/);
    expect(Buffer.byteLength(page)).toBeLessThan(4096);
  });
});
