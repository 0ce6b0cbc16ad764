import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readApplied, writeApplied } from "../ledger/applied.ts";
import { readFollowed } from "../ledger/followed.ts";
import { readJournal } from "../ledger/journal.ts";
import { readPending } from "../ledger/pending.ts";
import { readSource } from "../ledger/source.ts";
import { execOrFail } from "../lib/exec.ts";
import { fakeClock } from "../lib/fake-clock.ts";
import { type SiteLayout, siteLayout } from "../providers/layout.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import { type MemoryWorld, memoryWorld, thingsOf } from "../providers/memory/world.ts";
import { addSigner, readSignerList, removeSigner } from "../source/signer-list.ts";
import type { DeployWay } from "./carry-head.ts";
import type { Context } from "./command.ts";
import { deploySite } from "./deploy-site.ts";
import { connectCheckout } from "./push/connect-checkout.ts";
import { setUpRepository } from "./push/set-up.ts";
import { createTerminal } from "./terminal.ts";

const site = "name: home\ndomain: example.org\n";
const blog = "image: docker.io/library/nginx:1.29\nport: 8080\n";

describe("freehold deploy", { timeout: 60_000 }, () => {
  let directory: string;
  let checkout: string;
  let layout: SiteLayout;
  let world: MemoryWorld;
  let context: Context;
  let printed: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "freehold-deploy-"));
    checkout = join(directory, "checkout");
    const roots = { root: join(directory, "root"), run: join(directory, "run") };
    layout = siteLayout(roots, "home");
    const clock = fakeClock();
    world = memoryWorld({ clock });
    printed = "";
    const stdout = new PassThrough().setEncoding("utf8");
    stdout.on("data", (text: string) => {
      printed += text;
    });
    context = {
      terminal: createTerminal({ stdin: new PassThrough(), stdout, stderr: stdout }, {}),
      cwd: checkout,
      env: { PATH: process.env.PATH, HOME: directory, GIT_CONFIG_NOSYSTEM: "1" },
      clock,
      zone: "UTC",
      signal: new AbortController().signal,
      roots,
      user: 0,
      host: "attic",
      home: resolve(import.meta.dirname, "../.."),
      supervisor: { ensure: async () => ({ state: "running" }), ended: async () => undefined },
      createRuntime: async () => memoryRuntime(world),
      surroundings: async () => ({ machine: [], lan: [], internet: [] }),
      examine: async () => [],
      authority: async () => undefined,
    };
    await execOrFail(["git", "init", "-q", "-b", "main", checkout]);
    const made = await setUpRepository({ roots, home: context.home, site: "home" });
    await writeFile(join(checkout, "site.yaml"), site);
    await connectCheckout(context, checkout, { site: "home", person: "ada", userHome: directory }, made);
    await execOrFail(["mkdir", join(checkout, "services")]);
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function git(...words: readonly string[]): Promise<string> {
    return (await execOrFail(["git", ...words], { cwd: checkout, env: context.env })).trim();
  }

  /** Commits, and has the machine's branch be there without its hooks. */
  async function push(files: Readonly<Record<string, string | undefined>>, words: readonly string[] = []) {
    for (const [path, text] of Object.entries(files))
      await (text === undefined ? rm(join(checkout, path)) : writeFile(join(checkout, path), text));
    await git("add", "-A");
    await git("commit", "-q", "--allow-empty", "-m", "A change", ...words);
    await execOrFail(["git", `--git-dir=${layout.repository}`, "fetch", "-q", checkout, "+main:main"]);
    return git("rev-parse", "HEAD");
  }

  const deploy = (way: DeployWay = "follow"): Promise<number> => deploySite(context, "home", { way });
  const runs = (): readonly string[] =>
    [...thingsOf(world, "home").values()]
      .flatMap(({ resource }) => (resource.kind === "container" ? [resource.service] : []))
      .sort();

  test("brings the head to the machine once, and notes who signed it", async () => {
    const commit = await push({ "site.yaml": site, "services/blog.yaml": blog });
    expect(await deploy()).toBe(0);
    expect(runs()).toEqual(["blog", "front"]);
    expect(printed).toMatch(/1 new commit, signed by ada/);
    expect((await readSource(layout.ledger))?.trusted).toBe(commit);
    expect(await readFollowed(layout.ledger)).toMatchObject({ commit, came: "carried" });
    const [entry] = await readJournal(layout.ledger);
    const author = { name: "ada", email: "ada@example.org" };
    expect(entry).toMatchObject({ way: "follow", revision: { commit, author, signer: { name: "ada" } } });
    const { effects } = world;
    expect(await deploy()).toBe(0);
    expect(world.effects).toBe(effects);
  });

  test("keeps the files of two revisions and no more", async () => {
    const commits: string[] = [];
    for (const level of [1, 2, 3]) {
      commits.push(await push({ "site.yaml": site, "services/blog.yaml": `${blog}env: {LEVEL: "${level}"}\n` }));
      await deploy();
    }
    expect((await readdir(layout.revisions)).sort()).toEqual(commits.slice(1).sort());
  });

  test("refuses what nobody signed who may, says so until the list changes, and takes it then", async () => {
    await push({ "site.yaml": site });
    await deploy();
    const [key] = await readSignerList(layout.trust);
    if (key === undefined) throw new Error("expected a signer");
    await removeSigner(layout.trust, key);
    await addSigner(layout.trust, { ...key, ...(await otherKey()) });
    const commit = await push({ "services/blog.yaml": blog });
    expect(await deploy()).toBe(1);
    expect(printed).toContain("home runs on as before.");
    expect((await readSource(layout.ledger))?.refused).toMatchObject({ commit });
    expect(runs()).toEqual(["front"]);
    await addSigner(layout.trust, key);
    expect(await deploy()).toBe(0);
    expect(runs()).toEqual(["blog", "front"]);
    expect((await readSource(layout.ledger))?.refused).toBeUndefined();
  });

  test("leaves a service whose file has an error as it runs, while the others follow", async () => {
    await push({ "site.yaml": site, "services/blog.yaml": blog });
    await deploy();
    await push({ "services/blog.yaml": "port: 80000\n", "services/wiki.yaml": blog });
    expect(await deploy()).toBe(3);
    expect(runs()).toEqual(["blog", "front", "wiki"]);
    expect(printed).toContain("PORT_OUT_OF_RANGE");
  });

  test.each([
    ["site.yaml has an error", "name: home\n", "KEY_MISSING"],
    ["the site has another name", site.replace("home", "attic"), "SITE_RENAMED"],
  ])("changes nothing when %s, and does it all with the next good commit", async (_what, text, code) => {
    await push({ "site.yaml": site, "services/blog.yaml": blog });
    await deploy();
    const commit = await push({ "site.yaml": text, "services/blog.yaml": undefined });
    expect(await deploy()).toBe(10);
    expect(runs()).toEqual(["blog", "front"]);
    expect(await readSource(layout.ledger)).toMatchObject({ trusted: commit, refused: { commit, problem: { code } } });
    expect(await readPending(layout.ledger)).toMatchObject([{ commit }]);
    await push({ "site.yaml": site });
    expect(await deploy()).toBe(0);
    expect(runs()).toEqual(["front"]);
    expect(await readPending(layout.ledger)).toEqual([]);
  });

  test("brings back what was taken down for a person, not for a controller that starts", async () => {
    await push({ "site.yaml": site });
    await deploy();
    const applied = await readApplied(layout.ledger);
    if (applied === undefined) throw new Error("expected something applied");
    await writeApplied(layout.ledger, { ...applied, stopped: true });
    await push({ "services/blog.yaml": blog });
    expect(await deploy("follow")).toBe(0);
    expect(runs()).not.toContain("blog");
    expect(await deploy("up")).toBe(0);
    expect(runs()).toContain("blog");
  });

  test("that is killed at any effect is completed by the next, to the same end", async () => {
    for (let at = 1; at <= 8; at += 1) {
      const commit = await push({ "site.yaml": site, "services/blog.yaml": `${blog}env: {LEVEL: "${at}"}\n` });
      const from = world.effects;
      const killed = new Promise<void>((dead) => {
        world.onEffect = (count) => (count < from + at ? undefined : new Promise(() => dead()));
      });
      await Promise.race([deploy(), killed]);
      world.onEffect = () => {};
      await rm(join(layout.ledger, "converge"), { recursive: true, force: true });
      expect(await deploy()).toBe(0);
      expect(await readFollowed(layout.ledger)).toMatchObject({ commit, came: "carried" });
      const [entry] = await readJournal(layout.ledger);
      expect(entry?.revision?.commit).toBe(commit);
      const levels = [...thingsOf(world, "home").values()].flatMap(({ resource }) =>
        resource.kind === "container" && resource.service === "blog" ? [resource.env.LEVEL] : [],
      );
      expect(levels).toEqual([`${at}`]);
    }
  });

  async function otherKey(): Promise<{ key: string; text: string }> {
    const path = join(directory, "other");
    await execOrFail(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path]);
    const text = (await execOrFail(["cat", `${path}.pub`])).trim();
    const [, key = ""] = (await execOrFail(["ssh-keygen", "-l", "-f", path])).split(" ");
    return { key, text };
  }
});
