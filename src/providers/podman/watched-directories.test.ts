import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { siteLayout } from "../layout.ts";
import { watchDirectories } from "./watched-directories.ts";

let directory: string;
let words: string[];
let end: AbortController;
let watching: Promise<void>;
const layout = () => siteLayout({ root: join(directory, "root"), run: join(directory, "run") }, "home");
const networks = () => join(directory, "root/podman/networks");
const version = () => join(layout().files, "page-1", "aaaa");

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-watched-"));
  words = [];
  end = new AbortController();
  for (const path of [join(version(), "deep"), join(layout().state, "mail/imap/boxes"), layout().run, networks()])
    await mkdir(path, { recursive: true });
  await symlink("aaaa", join(layout().files, "page-1/current"));
  await writeFile(join(version(), "deep/index.html"), "as it was");
  watching = watchDirectories(
    { site: "home", layout: layout(), networks: networks(), post: (what) => words.push(what) },
    end.signal,
  );
  await delay(100);
});
afterEach(async () => {
  end.abort();
  await watching;
  await rm(directory, { recursive: true });
});

/** What is told of something: what comes first, and what comes soon after. */
async function told(work: () => Promise<unknown>): Promise<readonly string[]> {
  words.length = 0;
  await work();
  for (let tries = 0; tries < 200 && words.length === 0; tries += 1) await delay(20);
  await delay(100);
  return [...new Set(words)];
}

/** Nothing is told of something, nor before what surely is told of after it. */
async function untold(work: () => Promise<unknown>): Promise<void> {
  words.length = 0;
  await work();
  await writeFile(join(version(), "after"), "");
  await eventually("file");
  expect(new Set(words)).toEqual(new Set(["file"]));
}

async function eventually(word: string): Promise<void> {
  for (let tries = 0; tries < 400 && !words.includes(word); tries += 1) await delay(20);
  expect(words).toContain(word);
}

describe("watched directories tell", () => {
  test("of a file that is edited, added, removed, or given another mode, however deep", async () => {
    const file = join(version(), "deep/index.html");
    expect(await told(() => writeFile(file, "defaced"))).toEqual(["file"]);
    expect(await told(() => chmod(file, 0o777))).toEqual(["file"]);
    expect(await told(() => writeFile(join(version(), "more"), ""))).toEqual(["file"]);
    expect(await told(() => rm(file))).toEqual(["file"]);
  });

  test("of what is edited in a directory that came later, also in the place of another", async () => {
    await rm(version(), { recursive: true });
    await mkdir(version());
    await delay(1000);
    expect(await told(() => writeFile(join(version(), "new"), ""))).toEqual(["file"]);
    expect(await told(() => mkdir(join(layout().certificates, "a"), { recursive: true }))).toEqual(["state"]);
    await delay(1000);
    expect(await told(() => writeFile(join(layout().certificates, "a/key.pem"), ""))).toEqual(["file"]);
  });

  test("of state that is taken away or moved, and never of what a service writes there", async () => {
    const boxes = join(layout().state, "mail/imap/boxes");
    await untold(() => writeFile(join(boxes, "mail"), "Hello"));
    await untold(() => mkdir(join(boxes, "folder")));
    expect(await told(() => rename(boxes, join(directory, "elsewhere")))).toEqual(["state"]);
    expect(await told(() => rename(layout().state, join(directory, "all")))).toContain("state");
  });

  test("of the firewall's record and of the site's own networks, not of what others have beside them", async () => {
    await told(() => writeFile(join(layout().run, "firewall.json"), "{}"));
    expect(await told(() => rm(join(layout().run, "firewall.json")))).toEqual(["firewall"]);
    await untold(() => writeFile(join(layout().run, "restarts.json"), "{}"));
    expect(await told(() => writeFile(join(networks(), "home.blog.json"), "{}"))).toEqual(["network"]);
    await untold(() => writeFile(join(networks(), "homely.blog.json"), "{}"));
  });
});
