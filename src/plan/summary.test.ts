import { describe, expect, test } from "vitest";
import { assignSlots } from "../features/addresses.ts";
import { compile } from "../features/compile.ts";
import { sampleExposure, samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import type { Observation } from "../resource/observed.ts";
import type { Service } from "../site/site.ts";
import { type PlanOptions, plan } from "./plan.ts";
import { summary } from "./summary.ts";

const slots = assignSlots(["blog", "mail", "wiki"], {}, []);
const run = { state: "running", pid: 5, startedAt: 0, exitCode: 0, containerId: "c" } as const;

function observing(services: readonly Service[]): Observation {
  const resources = compile(sampleSite(services), slots);
  const shown = resources.map((resource) => ({ resource, ...(resource.kind === "container" ? { run } : {}) }));
  return { resources: shown, slots, foreignSlots: [] };
}

/** The summary of what leads from some services to others; the front door's own line left out. */
function from(before: readonly Service[], after: readonly Service[], options?: PlanOptions) {
  const made = summary(plan("home", compile(sampleSite(after), slots), observing(before), options));
  return { ...made, changes: made.changes.filter(({ service }) => service !== "front") };
}

const blog = sampleService("blog", { expose: [sampleExposure("blog.example.org", "blog")] });
const mail = sampleService("mail", { parts: [samplePart("mail", { state: [{ name: "boxes", path: "/data" }] })] });
const wiki = sampleService("wiki");

describe("the summary of a plan on a cluster", () => {
  const engine = { kubernetes: { context: "home", door: "balancer" } } as const;
  const observed = (state: "running" | "stopped"): Observation => ({
    resources: compile(sampleSite([blog, mail], { engine }), {}).map((resource) => ({
      resource,
      ...(resource.kind === "container" ? { run: { ...run, state } } : {}),
    })),
    ...{ slots: {}, foreignSlots: [] },
  });
  const risks = (state: "running" | "stopped") => {
    const newer = [blog, mail].map((service) => ({
      ...service,
      parts: service.parts.map((part) => ({ ...part, env: { NEW: "1" } })),
    }));
    const made = summary(plan("home", compile(sampleSite(newer, { engine }), {}), observed(state)));
    return made.changes.flatMap(({ service, action, risk }) =>
      service === "front" ? [] : [`${action} ${service}: ${risk}`],
    );
  };

  test("says that nothing is away where a new version starts beside the old one under the same name", () => {
    expect(risks("running")).toEqual([
      "update blog: no gap: the new one starts first",
      "replace mail: about 2 s without mail; nothing is lost",
    ]);
  });

  test("promises nothing of one that does not run", () => {
    expect(risks("stopped")[0]).toMatch(/^replace blog: about/);
  });
});

describe("the summary of a plan", () => {
  test("of a new service says what comes, and counts what stays and the certificates", () => {
    const made = from([mail, wiki], [blog, mail, wiki]);
    expect(made.changes).toEqual([
      { service: "blog", action: "create", what: ["docker.io/library/blog:1.0"], risk: "" },
    ]);
    expect(made).toMatchObject({ unchanged: 2, certificates: 1, removals: 0, deletedVolumes: 0 });
  });

  test("of another memory limit says from what to what, and for how long the service is away", () => {
    const limits = { memory: 536_870_912, cpu: 1, processes: 200 };
    const [part] = mail.parts;
    const made = from([mail], [{ ...mail, parts: part === undefined ? [] : [{ ...part, limits }] }]);
    expect(made.changes).toEqual([
      {
        service: "mail",
        action: "replace",
        what: ["memory 256M → 512M"],
        risk: "about 2 s without mail; nothing is lost",
      },
    ]);
  });

  test("of another value of a secret names it; of another place for it says where, and of other recipients just that", () => {
    const wikiWith = (values: Record<string, string>, variable = "TOKEN", recipient = "age1") =>
      sampleService("wiki", {
        parts: [samplePart("wiki", { secrets: [{ secret: "wiki-token", as: "variable", variable }] })],
        sealed: { values, keys: [{ recipient, sealed: "x" }] },
      });
    const before = wikiWith({ "wiki-token": "ENC[1]" });
    expect(from([before], [wikiWith({ "wiki-token": "ENC[2]" })]).changes).toMatchObject([
      { action: "replace", what: ["secret wiki-token changed"] },
    ]);
    expect(from([before], [wikiWith({ "wiki-token": "ENC[1]" }, "KEY")]).changes).toMatchObject([
      { action: "replace", what: ["secret KEY wiki-token", "no secret TOKEN"] },
    ]);
    expect(from([before], [wikiWith({ "wiki-token": "ENC[1]" }, "TOKEN", "age2")]).changes).toMatchObject([
      { action: "update", what: ["who may open its secrets"], risk: "no gap" },
    ]);
    expect(from([wiki], [before]).changes).toMatchObject([{ what: ["secret TOKEN wiki-token"] }]);
  });

  test("of another version of an image says only the versions", () => {
    const image = { from: "registry", reference: "docker.io/library/wiki:1.1" } as const;
    const made = from([wiki], [sampleService("wiki", { parts: [samplePart("wiki", { image })] })]);
    expect(made.changes).toMatchObject([{ what: ["image 1.0 → 1.1"] }]);
  });

  test("of a service that goes says that its data is kept, or that it has none", () => {
    expect(from([mail, wiki], [wiki]).changes).toEqual([
      { service: "mail", action: "remove", what: ["was removed from the site"], risk: "its data is kept" },
    ]);
    expect(from([mail, wiki], [mail]).changes).toMatchObject([{ service: "wiki", risk: "it keeps no data" }]);
  });

  test("of data that is to be deleted says so, and counts it", () => {
    const made = from([mail], [], { deleteState: true });
    expect(made.changes).toMatchObject([{ service: "mail", action: "remove", risk: "its data is deleted" }]);
    expect(made.deletedVolumes).toBe(1);
  });

  test("of another way out is an update without a gap", () => {
    const made = from([wiki], [{ ...wiki, reach: [{ to: "internet", port: 443 }] }]);
    expect(made.changes).toMatchObject([{ service: "wiki", what: expect.arrayContaining(["reach internet:443"]) }]);
  });

  test("of another way to a service names the service, not where it stands", () => {
    const reaching = { ...wiki, reach: [{ to: "service", service: "blog", port: 8080 } as const] };
    expect(from([blog, wiki], [blog, reaching]).changes).toMatchObject([{ what: ["reach blog:8080"] }]);
    expect(from([blog, reaching], [blog, wiki]).changes).toMatchObject([{ what: ["no reach blog:8080"] }]);
  });

  test("of a service that stopped says that it starts again", () => {
    const { resources, ...rest } = observing([wiki]);
    const stopped = resources.map((one) =>
      one.resource.id === "container/wiki/wiki" ? { ...one, run: { ...run, state: "stopped" as const } } : one,
    );
    const made = summary(plan("home", compile(sampleSite([wiki]), slots), { ...rest, resources: stopped }));
    expect(made.changes).toEqual([
      { service: "wiki", action: "update", what: ["stopped"], risk: "it starts again; nothing is lost" },
    ]);
  });

  test("of a service that comes back to its kept data is one that comes", () => {
    const kept = observing([mail]).resources.filter(({ resource }) => resource.kind === "volume");
    const observation = { resources: kept, slots, foreignSlots: [] };
    const made = summary(plan("home", compile(sampleSite([mail]), slots), observation));
    expect(made.changes.find(({ service }) => service === "mail")).toMatchObject({ action: "create" });
  });

  test("of nothing to do is empty", () => {
    expect(from([blog, mail], [blog, mail])).toEqual({
      site: "home",
      changes: [],
      unchanged: 2,
      certificates: 0,
      removals: 0,
      deletedVolumes: 0,
      steps: 0,
    });
  });
});
