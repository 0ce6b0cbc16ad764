import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Caller, rootsOf } from "./roots.ts";

describe("where freehold keeps its things", () => {
  let home: string;
  let ada: Caller;
  const machine = { root: "/var/lib/freehold", run: "/run/freehold" };
  const own = () => ({ root: join(home, ".local/share/freehold"), run: "/run/user/1000/freehold" });

  async function siteWith(engine: string): Promise<string> {
    const directory = join(home, "cloud");
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "site.yaml"), `freehold: 1\nname: home\ndomain: example.org\n${engine}\n`);
    return directory;
  }

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "freehold-roots-"));
    ada = { argv: ["up"], cwd: home, env: { HOME: home, XDG_RUNTIME_DIR: "/run/user/1000" }, user: 1000 };
  });
  afterEach(() => rm(home, { recursive: true }));

  test("is the person's own place for a site of a cluster", async () => {
    const cwd = await siteWith("engine: {kubernetes: {context: home}}");
    expect(await rootsOf({ ...ada, cwd })).toEqual(own());
    expect(await rootsOf({ ...ada, argv: ["up", "--site", "cloud"] })).toEqual(own());
    expect(await rootsOf({ ...ada, argv: ["up", "--site=cloud"] })).toEqual(own());
  });

  test("is the machine's for a site of one machine, so that who forgot sudo is told so", async () => {
    const cwd = await siteWith("engine: podman");
    expect(await rootsOf({ ...ada, cwd })).toEqual(machine);
  });

  test("is the machine's for root, and what the environment asks for to everybody", async () => {
    const cwd = await siteWith("engine: {kubernetes: {context: home}}");
    expect(await rootsOf({ ...ada, cwd, user: 0 })).toEqual(machine);
    const env = { ...ada.env, FREEHOLD_ROOT: "/srv/freehold" };
    expect(await rootsOf({ ...ada, cwd, env })).toEqual({ ...machine, root: "/srv/freehold" });
  });

  test("is the person's own for a name that is known there, and not for another", async () => {
    await mkdir(join(own().root, "sites/home"), { recursive: true });
    expect(await rootsOf({ ...ada, argv: ["down", "--site-name", "home"] })).toEqual(own());
    expect(await rootsOf({ ...ada, argv: ["down", "--site-name", "attic"] })).toEqual(machine);
  });

  test("takes no words that belong to a command inside a service", async () => {
    await siteWith("engine: {kubernetes: {context: home}}");
    expect(await rootsOf({ ...ada, argv: ["exec", "git", "--", "tool", "--site", "cloud"] })).toEqual(machine);
  });
});
