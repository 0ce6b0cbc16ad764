import { describe, expect, test } from "vitest";
import { assignSlots } from "../features/addresses.ts";
import { compile } from "../features/compile.ts";
import { sampleExposure, samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import type { CheckResult } from "../providers/provider.ts";
import type { Observation, Observed } from "../resource/observed.ts";
import type { Service } from "../site/site.ts";
import { type StatusExtra, status } from "./status.ts";
import { urlsOf } from "./urls.ts";

const now = 1_000_000;
const run = { state: "running", pid: 5, startedAt: now - 600_000, exitCode: 0, containerId: "c" } as const;

function observing(
  services: readonly Service[],
  runs: Readonly<Record<string, Partial<typeof run> | object>> = {},
): Observation {
  const slots = assignSlots(
    services.map(({ name }) => name),
    {},
    [],
  );
  const resources = compile(sampleSite(services), slots).map((resource): Observed => {
    return resource.kind === "container" ? { resource, run: { ...run, ...runs[resource.id] } } : { resource };
  });
  return { resources, slots, foreignSlots: [] };
}

/** The status of the only service, its containers asked as said. */
function of(service: Service, checks: Readonly<Record<string, CheckResult>>, runs = {}, extra: StatusExtra = {}) {
  const made = status(sampleSite([service]), observing([service], runs), new Map(Object.entries(checks)), now, extra);
  return made.services[0];
}

const mail = sampleService("mail", { parts: [samplePart("imap"), samplePart("smtp")] });
const fine = { healthy: true };
const bad = { healthy: false, detail: "port 8080 refused" };
const imap = "container/mail/imap";
const smtp = "container/mail/smtp";

describe("the status of a service", () => {
  test("is healthy when all of its parts answered", () => {
    expect(of(mail, { [imap]: fine, [smtp]: fine })?.state).toBe("healthy");
  });

  test("is as bad as its worst part, and that part is named with what is the matter", () => {
    const one = of(mail, { [imap]: bad, [smtp]: fine });
    expect(one?.state).toBe("unhealthy");
    expect(one?.parts.map(({ name, state, detail }) => [name, state, detail])).toEqual([
      ["imap", "unhealthy", "port 8080 refused"],
      ["smtp", "healthy", undefined],
    ]);
  });

  test("is that of the container which visitors are led to, while a new one is getting ready to relieve it", () => {
    const blog = sampleService("blog", { expose: [sampleExposure("blog.example.org", "blog")] });
    const before = observing([blog]);
    const fresh = compile(sampleSite([blog]), before.slots, { "blog/blog/1": "b" }).flatMap((resource) =>
      resource.kind === "container" && resource.turn === "b" ? [{ resource, run: { ...run, startedAt: now } }] : [],
    );
    const both = { ...before, resources: [...before.resources, ...fresh] };
    const made = status(sampleSite([blog]), both, new Map([["container/blog/blog", fine]]), now);
    expect(made.services[0]).toMatchObject({ state: "healthy", parts: [{ id: "container/blog/blog" }] });
    expect(made.services[0]?.parts.length).toBe(1);
  });

  test("is starting while a part still has time to answer", () => {
    const young = { startedAt: now - 5000 };
    expect(of(mail, { [imap]: bad, [smtp]: fine }, { [imap]: young })?.state).toBe("starting");
  });

  test("is unhealthy at once when a part fails that has answered since its start, however young it is", () => {
    const startedAt = now - 5000;
    const answered = (at: number, containerId = "c") => ({
      restarts: new Map([[imap, { containerId, count: 0, answered: at }]]),
    });
    const state = (extra: StatusExtra) =>
      of(mail, { [imap]: bad, [smtp]: fine }, { [imap]: { startedAt } }, extra)?.state;
    expect(state(answered(startedAt))).toBe("unhealthy");
    expect(state(answered(startedAt - 60_000))).toBe("starting"); // an earlier process of it had
    expect(state(answered(startedAt, "older"))).toBe("starting");
  });

  test("is never healthy because nobody asked", () => {
    expect(of(mail, { [imap]: fine })?.state).toBe("starting");
  });

  test("with one part stopped is unhealthy, with all stopped is stopped, and says the exit code", () => {
    const stopped = { state: "stopped", pid: 0, exitCode: 78 };
    const half = of(mail, { [smtp]: fine }, { [imap]: stopped });
    expect(half?.state).toBe("unhealthy");
    expect(half?.parts[0]).toMatchObject({ state: "stopped", detail: "ended with exit code 78" });
    expect(of(mail, {}, { [imap]: stopped, [smtp]: stopped })?.state).toBe("stopped");
  });

  test("that is in the files but not on the machine is stopped, with its parts", () => {
    const empty = { resources: [], slots: {}, foreignSlots: [] };
    const made = status(sampleSite([mail]), empty, new Map(), now).services[0];
    expect(made).toMatchObject({ state: "stopped", parts: [{ name: "imap" }, { name: "smtp" }] });
  });

  test("lists replicas one by one", () => {
    const blog = sampleService("blog", { replicas: 3 });
    const parts = of(blog, { "container/blog/blog": fine })?.parts;
    expect(parts?.map(({ name, replica }) => `${name} ${replica}`)).toEqual(["blog 1", "blog 2", "blog 3"]);
  });

  test("counts restarts of the container that runs, not of one that it replaced", () => {
    const counts = (containerId: string) => ({ restarts: new Map([[imap, { containerId, count: 4 }]]) });
    expect(of(mail, {}, {}, counts("c"))?.parts[0]?.restarts).toBe(4);
    expect(of(mail, {}, {}, counts("older"))?.parts[0]?.restarts).toBe(0);
  });

  test("tells that it is held at its last version, and that one runs elsewhere as well as its door", () => {
    expect(of(mail, {}, {}, { held: ["mail"] })?.held).toBe(true);
    const nas = sampleService("nas", { parts: [], external: { protocol: "https", host: "nas.lan", port: 9000 } });
    const front = { "container/front/haproxy": fine };
    const door = sampleService("nas", { ...nas, expose: [{ host: "nas.example.org", path: "/", to: "private" }] });
    expect(of(door, front)).toMatchObject({ elsewhere: true, state: "healthy", to: "private" });
  });
});

describe("the status of the front door", () => {
  const blog = sampleService("blog", { expose: [sampleExposure("blog.example.org", "blog")] });
  const nothing = { resources: [], slots: {}, foreignSlots: [] };
  const bare = (service: Service) => status(sampleSite([service]), nothing, new Map(), now).front;

  test("is stopped when it is needed and not even there; one that nobody needs is not missed", () => {
    expect(bare(blog)).toMatchObject([{ id: "container/front/haproxy", state: "stopped" }]);
    expect(bare(mail)).toEqual([]);
  });
});

describe("where people find a service", () => {
  const front = { addresses: ["0.0.0.0"], http: 80, https: 443 };

  test("is its hosts, with the door's port unless it is the usual one", () => {
    const blog = sampleService("blog", {
      expose: [sampleExposure("blog.example.org", "blog"), sampleExposure("example.org", "blog", { path: "/blog" })],
    });
    expect(urlsOf(blog, front)).toEqual(["https://blog.example.org/", "https://example.org/blog"]);
    expect(urlsOf(blog, { ...front, https: 8443 })[0]).toBe("https://blog.example.org:8443/");
  });

  test("is also what it publishes, in words that programs understand", () => {
    const ports = [
      { name: "ssh", port: 2222, published: 22, protocol: "tcp", clientAddress: "none" },
      { name: "voice", port: 64738, published: 64738, protocol: "udp", clientAddress: "none" },
    ] as const;
    const context = { source: "/images/git", digest: "0", size: 1 };
    const image = { from: "build", name: "freehold/git", context } as const;
    const part = samplePart("git", { image, ports });
    const git = sampleService("git", {
      parts: [part],
      expose: [{ host: "git.example.org", path: "/", to: "private" }],
    });
    expect(urlsOf(git, front)).toEqual(["ssh://git@git.example.org:22", "udp://git.example.org:64738"]);
  });
});
