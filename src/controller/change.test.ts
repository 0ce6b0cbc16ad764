import { copyFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleExposure, samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import { readApplied } from "../ledger/applied.ts";
import { readHeldBack } from "../ledger/held.ts";
import { readJournal } from "../ledger/journal.ts";
import { readOpenChange } from "../ledger/open-change.ts";
import { type FakeClock, fakeClock } from "../lib/fake-clock.ts";
import { ProblemError, problem } from "../lib/problem.ts";
import { isEmpty } from "../plan/basis.ts";
import { type SiteLayout, siteLayout } from "../providers/layout.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import { type Behaviour, killContainer, type MemoryWorld, memoryWorld, thingsOf } from "../providers/memory/world.ts";
import type { Container } from "../resource/kinds/container.ts";
import type { Part, Service, Site } from "../site/site.ts";
import { type Change, type ChangeEvent, type ChangeOptions, completeChange, makeChange } from "./change.ts";
import { withHeldBack } from "./held-services.ts";
import { prepare } from "./prepare.ts";

const state = [{ name: "data", path: "/data" }];
const health = { check: { by: "tcp", port: 8080 }, every: 1000, timeout: 1000, within: 10_000 } as const;

/** A service of one version, which writes it into its state as soon as it runs. */
function keeping(name: string, version: string, rest: Partial<Part> = {}): Service {
  return sampleService(name, { parts: [samplePart(name, { state, health, env: { VERSION: version }, ...rest })] });
}

function stateless(name: string, version: string): Service {
  return sampleService(name, { parts: [samplePart(name, { health, env: { VERSION: version } })] });
}

describe("a change", () => {
  let directory: string;
  let layout: SiteLayout;
  let clock: FakeClock;
  let world: MemoryWorld;
  let events: ChangeEvent[];
  let behaviour: (container: Container) => Behaviour;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "freehold-change-"));
    layout = siteLayout({ root: join(directory, "root"), run: join(directory, "run") }, "home");
    clock = fakeClock();
    behaviour = ({ env }) =>
      env.VERSION?.startsWith("bad") === true ? { answersAfter: Number.POSITIVE_INFINITY } : {};
    world = memoryWorld({ clock, behaviour: (container) => started(container) });
    events = [];
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** Every version migrates the data as soon as it runs, good or bad. */
  const started = (container: Container): Behaviour => {
    const { service, env } = container;
    const thing = thingsOf(world, "home").get(`volume/${service}/${container.part}/data`);
    const format = thing?.data.get("format");
    if (env.VERSION !== undefined && format?.split(" → ").at(-1) !== env.VERSION)
      thing?.data.set("format", format === undefined ? env.VERSION : `${format} → ${env.VERSION}`);
    return behaviour(container);
  };
  const runtime = () => memoryRuntime(world);
  const change = async (
    services: readonly Service[],
    rest: Partial<ChangeOptions> = {},
    settings: Partial<Site> = {},
  ) => {
    const site = sampleSite(services, settings);
    const held = withHeldBack(site, await readHeldBack(layout.ledger), await readApplied(layout.ledger), rest.named);
    const prepared = await prepare(held.site, runtime(), { restore: Object.keys(rest.restore ?? {}) });
    const signal = new AbortController().signal;
    const progress = (event: ChangeEvent) => events.push(event);
    return makeChange({ layout, runtime: runtime(), clock, signal, progress, site, prepared, way: "up", ...rest });
  };
  const results = ({ entry }: Change) =>
    Object.fromEntries(Object.entries(entry?.services ?? {}).map(([name, { result }]) => [name, result]));
  const version = (name: string) => {
    const resource = thingsOf(world, "home").get(`container/${name}/${name}`)?.resource;
    return resource?.kind === "container" ? resource.env.VERSION : undefined;
  };
  const data = (name: string) =>
    Object.fromEntries(thingsOf(world, "home").get(`volume/${name}/${name}/data`)?.data ?? []);
  const isRunning = (name: string) =>
    thingsOf(world, "home").get(`container/${name}/${name}`)?.run?.state === "running";
  const pidOf = (name: string) => thingsOf(world, "home").get(`container/${name}/${name}`)?.run?.pid;
  const containerIdOf = (name: string) => thingsOf(world, "home").get(`container/${name}/${name}`)?.run?.containerId;
  const tools = () => ({ layout, runtime: runtime(), clock, signal: new AbortController().signal, progress: () => {} });
  const refuse = (what: string) => {
    world.onEffect = (_count, effect) => {
      if (effect === what) throw new ProblemError(problem("DISK_FULL", "expected room on the disk, got none"));
    };
  };
  /** Nothing is open, and a second plan for what was applied is empty. */
  const isSettled = async () => {
    const applied = await readApplied(layout.ledger);
    if (applied === undefined) return false;
    const { plan } = await prepare(applied.site, runtime());
    return isEmpty(plan) && (await readOpenChange(layout.ledger)) === undefined;
  };

  test("stops the parts that keep data in the order of the file, each when the one before has stopped", async () => {
    world.snapshotWay = "copy";
    const parts = (version: string) =>
      ["door", "a-keeper", "store"].map((name) => samplePart(name, { state, health, env: { VERSION: version } }));
    const mail = (version: string): Service =>
      sampleService("mail", {
        parts: parts(version).sort((a, b) => (a.name < b.name ? -1 : 1)),
        order: ["door", "a-keeper", "store"],
      });
    await change([mail("1")]);
    const stops: string[] = [];
    world.onEffect = (_count, effect) => {
      if (effect.startsWith("stop ")) stops.push(effect);
    };
    await change([mail("2")]);
    expect(stops).toEqual(["door", "a-keeper", "store"].map((part) => `stop container/mail/${part}`));
  });

  test("that works copies the state first, and says so in the journal", async () => {
    await change([keeping("mail", "1")]);
    thingsOf(world, "home").get("volume/mail/mail/data")?.data.set("letter", "dear ada");
    const made = await change([keeping("mail", "2")]);
    expect(results(made)).toEqual({ mail: "done" });
    expect(version("mail")).toBe("2");
    expect(data("mail")).toEqual({ format: "1 → 2", letter: "dear ada" });
    const [entry] = await readJournal(layout.ledger);
    expect(entry?.services.mail?.snapshot).toMatch(/^2026\d{4}T\d{6}Z-up$/);
    expect(world.snapshots.get("home")).toHaveLength(1);
    expect(await isSettled()).toBe(true);
  });

  test("that never gets healthy goes back with its state of before, though the version had migrated it; others go on", async () => {
    await change([keeping("mail", "1"), keeping("wiki", "1")]);
    thingsOf(world, "home").get("volume/mail/mail/data")?.data.set("letter", "dear ada");
    const made = await change([keeping("mail", "bad"), keeping("wiki", "2")]);
    expect(results(made)).toEqual({ mail: "undone", wiki: "done" });
    expect(version("mail")).toBe("1");
    expect(isRunning("mail")).toBe(true);
    expect(data("mail")).toEqual({ format: "1", letter: "dear ada" });
    expect(version("wiki")).toBe("2");
    expect((await readHeldBack(layout.ledger)).mail).toMatchObject({
      runs: "old",
      until: "changed",
      problem: { code: "CONTAINER_UNHEALTHY" },
    });
    expect((await runtime().failed("home")).map(({ id }) => id)).toEqual(["container/mail/mail"]);
    expect(await isSettled()).toBe(true);
  });

  test("of several services at once goes back with each that fails, and with no other", async () => {
    const names = ["ant", "bee", "cat"];
    await change(names.map((name) => keeping(name, "1")));
    const made = await change([keeping("ant", "bad"), keeping("bee", "2"), keeping("cat", "bad")]);
    expect(results(made)).toEqual({ ant: "undone", bee: "done", cat: "undone" });
    expect(names.map((name) => [version(name), data(name).format])).toEqual([
      ["1", "1"],
      ["2", "1 → 2"],
      ["1", "1"],
    ]);
    expect(await isSettled()).toBe(true);
  });

  test("goes back with all parts of a service when one of them fails", async () => {
    const mail = (imap: string, smtp: string) =>
      sampleService("mail", {
        parts: [
          samplePart("imap", { state, health, env: { VERSION: imap } }),
          samplePart("smtp", { health, env: { VERSION: smtp } }),
        ],
      });
    await change([mail("1", "1")]);
    expect(results(await change([mail("2", "bad")]))).toEqual({ mail: "undone" });
    const parts = ["imap", "smtp"].map((part) => thingsOf(world, "home").get(`container/mail/${part}`)?.resource);
    expect(parts.map((part) => part?.kind === "container" && part.env.VERSION)).toEqual(["1", "1"]);
    expect(await isSettled()).toBe(true);
  });

  test("touches nothing of a service whose image cannot be had: the very same process runs on", async () => {
    await change([keeping("mail", "1"), keeping("wiki", "1")]);
    const pid = pidOf("mail");
    refuse("update image/mail/mail");
    const image = { from: "registry", reference: "docker.io/library/mail:2.0" } as const;
    const made = await change([keeping("mail", "2", { image }), keeping("wiki", "2")]);
    expect(results(made)).toEqual({ mail: "kept-back", wiki: "done" });
    expect(pidOf("mail")).toBe(pid);
    expect(world.snapshots.get("home")?.map(({ service }) => service)).toEqual(["wiki"]);
    expect((await readHeldBack(layout.ledger)).mail?.until).toBe("next");
    world.onEffect = () => {};
    expect(results(await change([keeping("mail", "2", { image }), keeping("wiki", "2")]))).toEqual({ mail: "done" });
    expect(await readHeldBack(layout.ledger)).toEqual({});
  });

  test.each(["copy", "atomic"] as const)(
    "without room for the copy (%s) makes no change of that service",
    async (way) => {
      world.snapshotWay = way;
      await change([keeping("mail", "1"), keeping("wiki", "1")]);
      const id = containerIdOf("mail");
      refuse("take mail");
      const made = await change([keeping("mail", "2"), keeping("wiki", "2")]);
      expect(results(made)).toEqual({ mail: "kept-back", wiki: "done" });
      expect(containerIdOf("mail")).toBe(id);
      expect(isRunning("mail")).toBe(true);
      expect(data("mail")).toEqual({ format: "1" });
      expect(await runtime().failed("home")).toEqual([]);
      expect((await readHeldBack(layout.ledger)).mail).toMatchObject({ until: "next", problem: { code: "DISK_FULL" } });
      expect(await isSettled()).toBe(true);
    },
  );

  test("of what never worked before has nothing to go back to, now and next time", async () => {
    const first = await change([keeping("mail", "bad")]);
    expect(results(first)).toEqual({ front: "done", mail: "failed" });
    expect((await readHeldBack(layout.ledger)).mail?.runs).toBe("new");
    const second = await change([keeping("mail", "bad too")]);
    expect(results(second)).toEqual({ mail: "failed" });
    expect(version("mail")).toBe("bad too");
    const third = await change([keeping("mail", "3")]);
    expect(results(third)).toEqual({ mail: "done" });
    expect(await readHeldBack(layout.ledger)).toEqual({});
  });

  test("knows what became healthy by itself later as something to go back to", async () => {
    await change([keeping("mail", "bad"), keeping("wiki", "1")]);
    behaviour = () => ({});
    await change([keeping("mail", "bad"), keeping("wiki", "2")]);
    expect(await readHeldBack(layout.ledger)).toEqual({});
    behaviour = ({ env }) => (env.VERSION === "worse" ? { endsAfter: 0 } : {});
    expect(results(await change([keeping("mail", "worse"), keeping("wiki", "2")]))).toEqual({ mail: "undone" });
    expect(version("mail")).toBe("bad");
  });

  test("does not try again what is held back, until its file says something else", async () => {
    await change([keeping("mail", "1")]);
    await change([keeping("mail", "bad"), stateless("wiki", "1")]);
    const pid = pidOf("mail");
    const other = await change([keeping("mail", "bad"), stateless("wiki", "2")]);
    expect(results(other)).toEqual(expect.objectContaining({ mail: "kept-back", wiki: "done" }));
    expect(pidOf("mail")).toBe(pid);
    const mended = await change([keeping("mail", "3"), stateless("wiki", "2")]);
    expect(results(mended)).toEqual({ mail: "done" });
    expect(version("mail")).toBe("3");
    expect(await readHeldBack(layout.ledger)).toEqual({});
    expect(await runtime().failed("home")).toEqual([]);
  });

  test("holds nothing back any more once its file says again what runs", async () => {
    await change([keeping("mail", "1")]);
    await change([keeping("mail", "bad")]);
    const pid = pidOf("mail");
    await change([keeping("mail", "1")]);
    expect(await readHeldBack(layout.ledger)).toEqual({});
    expect(pidOf("mail")).toBe(pid);
  });

  test("tries again what is held back when a person names it, and leaves others that are held back alone", async () => {
    await change([keeping("mail", "1"), keeping("wiki", "1")]);
    await change([keeping("mail", "bad"), keeping("wiki", "bad")]);
    behaviour = () => ({});
    const { site } = (await readApplied(layout.ledger)) ?? { site: sampleSite([]) };
    const wiki = site.services.filter(({ name }) => name === "wiki");
    const made = await change([keeping("mail", "bad"), ...wiki], { named: ["mail"] });
    expect(results(made)).toEqual({ mail: "done", wiki: "kept-back" });
    expect(version("mail")).toBe("bad");
    expect(Object.keys(await readHeldBack(layout.ledger))).toEqual(["wiki"]);
  });

  test("goes back with a version that dies soon after it was healthy", async () => {
    await change([keeping("mail", "1")]);
    behaviour = ({ env }) => (env.VERSION === "2" ? { endsAfter: 1500 } : {});
    const made = await change([keeping("mail", "2")]);
    expect(results(made)).toEqual({ mail: "undone" });
    expect(made.entry?.services.mail?.problem?.code).toBe("CONTAINER_STOPPED");
    expect(data("mail")).toEqual({ format: "1" });
    expect(await isSettled()).toBe(true);
  });

  test("says so when the version before does not work either, and keeps it all the same", async () => {
    await change([keeping("mail", "1")]);
    behaviour = ({ service }) => (service === "mail" ? { endsAfter: 0 } : {});
    const made = await change([keeping("mail", "2")]);
    expect(results(made)).toEqual({ mail: "failed" });
    expect(made.entry?.services.mail?.problem).toMatchObject({ code: "UNDO_FAILED" });
    expect(version("mail")).toBe("1");
    expect((await readHeldBack(layout.ledger)).mail?.runs).toBe("old");
    expect(await readOpenChange(layout.ledger)).toBeUndefined();
  });

  test("starts no old version on a state that could not be put back, and does so once it can", async () => {
    await change([keeping("mail", "1"), keeping("wiki", "1")]);
    refuse("restore mail");
    const made = await change([keeping("mail", "bad"), keeping("wiki", "2")]);
    expect(results(made)).toEqual({ mail: "failed", wiki: "done" });
    expect(isRunning("mail")).toBe(false);
    expect(data("mail")).toEqual({ format: "1 → bad" });
    expect((await readJournal(layout.ledger)).length).toBe(1);
    world.onEffect = () => {};
    const completed = await completeChange(tools());
    expect(completed && results(completed)).toEqual({ mail: "undone", wiki: "done" });
    expect([version("mail"), data("mail"), isRunning("mail")]).toEqual(["1", { format: "1" }, true]);
    expect((await readJournal(layout.ledger)).length).toBe(2);
    expect(await isSettled()).toBe(true);
  });

  test("that is interrupted is completed by whoever comes next", async () => {
    await change([keeping("mail", "1"), keeping("wiki", "1")]);
    const stop = new AbortController();
    world.onEffect = (_count, effect) => {
      if (effect === "remove container/mail/mail") stop.abort(new Error("SIGINT"));
    };
    const made = await change([keeping("mail", "2"), keeping("wiki", "2")], { signal: stop.signal });
    expect(made.entry).toBeUndefined();
    world.onEffect = () => {};
    const completed = await completeChange(tools());
    expect(completed && results(completed)).toEqual({ mail: "done", wiki: "done" });
    expect([version("mail"), version("wiki")]).toEqual(["2", "2"]);
    expect(await isSettled()).toBe(true);
  });

  test("that was interrupted puts nothing back of what had come through: its new data stays, whatever becomes of it", async () => {
    await change([keeping("mail", "1"), keeping("wiki", "1")]);
    behaviour = ({ env }) => (env.VERSION === "slow" ? { answersAfter: 8000 } : {});
    const stop = new AbortController();
    clock.at(clock.elapsed() + 6000, () => stop.abort(new Error("SIGINT")));
    await change([keeping("mail", "2"), keeping("wiki", "slow")], { signal: stop.signal });
    thingsOf(world, "home").get("volume/mail/mail/data")?.data.set("letter", "dear ada");
    killContainer(world, "home", "container/mail/mail");
    behaviour = ({ service }) => (service === "mail" ? { endsAfter: 0 } : {});
    const completed = await completeChange(tools());
    expect(completed && results(completed)).toEqual({ mail: "failed", wiki: "done" });
    expect(data("mail")).toEqual({ format: "1 → 2", letter: "dear ada" });
  });

  test("is completed to the same end, with one entry in the journal, wherever its last steps were cut off", async () => {
    await change([keeping("mail", "1"), keeping("wiki", "1")]);
    const ledger = layout.ledger;
    const start = join(directory, "start");
    await cp(ledger, start, { recursive: true });
    const stop = new AbortController();
    let open = join(ledger, "open-change.json");
    const progress = (event: ChangeEvent) => {
      if (event.at === "undone") open = join(directory, "open-change.json");
      if (event.at === "undone") copyFileSync(join(ledger, "open-change.json"), open);
    };
    await change([keeping("mail", "bad"), keeping("wiki", "1")], { progress, signal: stop.signal });
    const end = await readFile(join(ledger, "applied.json"), "utf8");
    for (const lost of [
      [],
      ["journal.jsonl"],
      ["journal.jsonl", "applied.json"],
      ["journal.jsonl", "applied.json", "held-back.json"],
    ]) {
      for (const name of lost) await cp(join(start, name), join(ledger, name), { force: true });
      await cp(open, join(ledger, "open-change.json"));
      const completed = await completeChange(tools());
      expect(completed && results(completed)).toEqual({ mail: "undone" });
      expect(await readFile(join(ledger, "applied.json"), "utf8")).toBe(end);
      expect(Object.keys(await readHeldBack(ledger))).toEqual(["mail"]);
      expect(await readJournal(ledger)).toHaveLength(2);
      expect([version("mail"), data("mail")]).toEqual(["1", { format: "1" }]);
      expect(await isSettled()).toBe(true);
    }
  });

  test("after one that was interrupted first brings that to its end, and goes back to what worked last", async () => {
    await change([keeping("mail", "1")]);
    const stop = new AbortController();
    clock.at(5000, () => stop.abort(new Error("SIGINT")));
    await change([keeping("mail", "bad")], { signal: stop.signal });
    const made = await change([keeping("mail", "bad too")]);
    expect(results(made)).toEqual({ mail: "undone" });
    expect([version("mail"), data("mail")]).toEqual(["1", { format: "1" }]);
    expect(await isSettled()).toBe(true);
  });

  test("puts an earlier state in place, and copies first what was there", async () => {
    await change([keeping("mail", "1")]);
    await change([keeping("mail", "2")]);
    const earlier = world.snapshots.get("home")?.[0]?.name ?? "";
    clock.jump(60_000);
    const made = await change([keeping("mail", "2")], { restore: { mail: earlier }, way: "restore" });
    expect(results(made)).toEqual({ mail: "done" });
    expect(isRunning("mail")).toBe(true);
    expect(world.snapshots.get("home")).toHaveLength(2);
  });

  test("says so when nothing can take the state that is to be put in place", async () => {
    await change([keeping("mail", "1"), stateless("wiki", "1")]);
    const restore = { wiki: "20260101T000000Z-up" };
    const made = await change([keeping("mail", "1"), stateless("wiki", "1")], { restore, way: "restore" });
    expect(results(made)).toEqual({ wiki: "failed" });
    expect(made.entry?.services.wiki?.problem?.code).toBe("STATE_NOT_PUT_BACK");
    expect(await isSettled()).toBe(true);
  });

  test("with an earlier state that does not work goes back to the one of now", async () => {
    await change([keeping("mail", "1")]);
    await change([keeping("mail", "2")]);
    const earlier = world.snapshots.get("home")?.[0]?.name ?? "";
    clock.jump(60_000);
    world.onEffect = (_count, effect) => {
      if (effect === "start container/mail/mail")
        behaviour = ({ service }) => (service === "mail" ? { endsAfter: 0 } : {});
      if (effect !== "keep container/mail/mail") return;
      behaviour = () => ({});
      world.onEffect = () => {};
    };
    const made = await change([keeping("mail", "2")], { restore: { mail: earlier }, way: "restore" });
    expect(results(made)).toEqual({ mail: "undone" });
    expect(isRunning("mail")).toBe(true);
    expect(await readHeldBack(layout.ledger)).toEqual({});
    expect(await isSettled()).toBe(true);
  });

  test("by a plain copy lets all that has the state rest meanwhile, and starts it again", async () => {
    world.snapshotWay = "copy";
    const mail = (imap: string) =>
      sampleService("mail", {
        parts: [
          samplePart("imap", { state, health, env: { VERSION: imap } }),
          samplePart("smtp", { state, health, env: { VERSION: "same" } }),
          samplePart("web", { health }),
        ],
      });
    await change([mail("1")]);
    const ids = () => ["smtp", "web"].map((part) => thingsOf(world, "home").get(`container/mail/${part}`)?.run);
    const before = ids();
    expect(results(await change([mail("2")]))).toEqual({ mail: "done" });
    const [smtp, web] = ids();
    expect(smtp).toMatchObject({ state: "running", containerId: before[0]?.containerId });
    expect(smtp?.pid).not.toBe(before[0]?.pid);
    expect(web?.pid).toBe(before[1]?.pid);
    expect(await isSettled()).toBe(true);
  });

  test("of the site's settings that the front door cannot take goes back with these alone", async () => {
    await change([keeping("mail", "1")]);
    behaviour = ({ id, check: { ask } }) =>
      id === "container/front/haproxy" && "port" in ask && ask.port === 8000 ? { endsAfter: 0 } : {};
    const front = { addresses: ["0.0.0.0"], http: 8000, https: 8443 };
    const made = await change([keeping("mail", "2")], {}, { front });
    expect(results(made)).toEqual({ front: "undone", mail: "done" });
    expect(version("mail")).toBe("2");
    expect((await readApplied(layout.ledger))?.site.front.http).toBe(80);
    expect(Object.keys(await readHeldBack(layout.ledger))).toEqual(["front"]);
    expect(await isSettled()).toBe(true);
    expect(results(await change([keeping("mail", "2")], {}, { front }))).toEqual({ front: "kept-back" });
  });

  test("of the site's settings that a service cannot take goes back with these, and with its state", async () => {
    const image = { from: "build", name: "freehold/mail", context: { source: "/m", digest: "d", size: 1 } } as const;
    const mail = keeping("mail", "1", { image });
    await change([mail, keeping("wiki", "1")]);
    behaviour = ({ env }) => (env.FREEHOLD_DOMAIN === "example.net" ? { endsAfter: 0 } : {});
    const made = await change([mail, keeping("wiki", "2")], {}, { domain: "example.net" });
    expect(results(made)).toEqual({ front: "undone", mail: "undone", wiki: "done" });
    expect((await readApplied(layout.ledger))?.site.domain).toBe("example.org");
    expect(data("mail")).toEqual({ format: "1" });
    expect(Object.keys(await readHeldBack(layout.ledger))).toEqual(["front"]);
    expect(await isSettled()).toBe(true);
  });

  test("that the front door cannot take for a service's sake goes back as a whole", async () => {
    await change([keeping("mail", "1"), stateless("wiki", "1")]);
    const expose = [sampleExposure("wiki.example.org", "wiki")];
    behaviour = ({ id }) => (id === "container/front/haproxy" ? { endsAfter: 0 } : {});
    world.onEffect = (_count, effect) => {
      const isAsked = effect === "reload container/front/haproxy";
      if (!isAsked) return;
      world.onEffect = () => {};
      throw new ProblemError(problem("RELOAD_FAILED", "front did not take up its new settings"));
    };
    behaviour = () => ({});
    const made = await change([keeping("mail", "2"), { ...stateless("wiki", "2"), expose }]);
    expect(results(made)).toMatchObject({ mail: "undone", wiki: "undone" });
    expect([version("mail"), data("mail"), version("wiki")]).toEqual(["1", { format: "1" }, "1"]);
    expect(Object.keys(await readHeldBack(layout.ledger)).sort()).toEqual(["mail", "wiki"]);
    expect(await isSettled()).toBe(true);
  });

  test("leaves the front door as it is when somebody else has its port, and puts nothing else back for that", async () => {
    await change([keeping("mail", "1")]);
    killContainer(world, "home", "container/front/haproxy");
    world.onEffect = (_count, effect) => {
      if (effect === "start container/front/haproxy")
        throw new ProblemError(problem("PORT_TAKEN", "expected port 443 to be free, got nginx"));
    };
    const made = await change([keeping("mail", "2")]);
    expect(results(made)).toEqual({ front: "failed", mail: "done" });
    expect([version("mail"), data("mail").format]).toEqual(["2", "1 → 2"]);
  });

  test("is not kept back by a certificate that could not be renewed", async () => {
    await change([keeping("mail", "1")]);
    expect(results(await change([]))).toEqual(expect.objectContaining({ mail: "done" }));
    expect(data("mail")).toEqual({ format: "1" });
  });
});
