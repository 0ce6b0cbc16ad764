import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../lib/clock.ts";
import { readTree, treeDigest } from "../../lib/tree.ts";
import type { File } from "../../resource/kinds/file.ts";
import { applyFile, fileDirectory, needVersion, observeFiles, removeFile } from "./file.ts";
import { createFirewall } from "./firewall.ts";
import { podmanPlaces } from "./places.ts";
import { type Session, session } from "./session.ts";

let directory = "";
let home: Session;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-file-"));
  const roots = { root: join(directory, "root"), run: join(directory, "run") };
  const unused = () => Promise.reject(new Error("files need no Podman"));
  home = session(
    {
      roots,
      clock: systemClock,
      client: { ask: unused, get: unused, stream: unused },
      call: async () => ({ argv: ["false"], env: {}, places: podmanPlaces(roots), hasUserNamespaces: true }),
      open: unused,
      firewall: (site, { run }) => createFirewall({ site, run }),
    },
    "home",
  );
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const file: File = {
  kind: "file",
  id: "file/blog/blog/etc/app.conf",
  service: "blog",
  needs: [],
  content: { from: "text", entries: { "a.conf": "one", "deep/b.conf": "ä" } },
  owner: 5000,
  secret: true,
};
const none = async (): Promise<ReadonlySet<string>> => new Set();
const text = (content: string): File => ({ ...file, content: { from: "text", entries: { "a.conf": content } } });
const place = (): string => fileDirectory(home.layout, file.id);
const seen = async (): Promise<string | undefined> => (await observeFiles(home.layout))[0]?.amiss;

async function tree(): Promise<File> {
  const source = join(directory, "site");
  await mkdir(join(source, "sub"), { recursive: true });
  await writeFile(join(source, "page.html"), "page");
  await writeFile(join(source, "sub/run"), "#!");
  await chmod(join(source, "sub/run"), 0o755);
  return { ...file, content: { from: "tree", source, digest: await treeDigest(await readTree(source)) } };
}

describe("a file on the disk", () => {
  test("that is secret can be read by its owner alone; one that is not by all", async () => {
    await applyFile(home, file, none);
    const secret = await stat(join(place(), "current/deep/b.conf"));
    expect([secret.uid, secret.mode & 0o777]).toEqual([5000, 0o400]);
    expect((await stat(join(place(), "current/deep"))).mode & 0o777).toBe(0o500);
    await applyFile(home, { ...file, secret: false }, none);
    expect((await stat(join(place(), "current/deep/b.conf"))).mode & 0o777).toBe(0o444);
  });

  test("applied again as it is keeps its version", async () => {
    await applyFile(home, file, none);
    const before = await readlink(join(place(), "current"));
    await applyFile(home, { ...file, needs: ["network/blog"] }, none);
    expect(await readlink(join(place(), "current"))).toBe(before);
    expect(await seen()).toBeUndefined();
  });

  test("keeps the version before and those that containers show, and no others", async () => {
    await applyFile(home, text("1"), none);
    const first = await readlink(join(place(), "current"));
    for (const content of ["2", "3"]) await applyFile(home, text(content), async () => new Set([first]));
    const third = await readlink(join(place(), "current"));
    await applyFile(home, text("4"), async () => new Set([first]));
    const fourth = await readlink(join(place(), "current"));
    expect((await readdir(place())).sort()).toEqual(["current", first, third, fourth].sort());
  });

  test("edited, cut, replaced or with other rights by hand is seen, and put right by its next apply", async () => {
    const path = join(place(), "current/a.conf");
    const edits = [
      () => writeFile(path, "One"),
      () => rm(path),
      () => chmod(path, 0o444),
      () => writeFile(join(place(), "current/more"), ""),
      () => rm(join(place(), "current")),
    ];
    for (const edit of edits) {
      await applyFile(home, file, none);
      expect(await seen()).toBeUndefined();
      await edit();
      expect(await seen()).toMatch(/edited|missing/);
    }
    await applyFile(home, file, none);
    expect(await readFile(path, "utf8")).toBe("one");
    expect(await seen()).toBeUndefined();
  });

  test("copied from a tree has its content and says who may execute", async () => {
    await applyFile(home, await tree(), none);
    expect(await readFile(join(place(), "current/page.html"), "utf8")).toBe("page");
    expect((await stat(join(place(), "current/sub/run"))).mode & 0o777).toBe(0o500);
    expect(await seen()).toBeUndefined();
  });

  test("whose tree has changed since it was loaded is refused, and leaves the old version and no other", async () => {
    const old = await tree();
    await applyFile(home, old, none);
    const before = await readdir(place());
    await writeFile(join(directory, "site/page.html"), "another");
    const stale: File = { ...old, content: { from: "tree", source: join(directory, "site"), digest: "0".repeat(64) } };
    await expect(applyFile(home, stale, none)).rejects.toMatchObject({
      problem: { code: "FILE_CHANGED", kind: "transient" },
    });
    await rm(join(directory, "site"), { recursive: true });
    await expect(applyFile(home, stale, none)).rejects.toMatchObject({ problem: { code: "FILE_CHANGED" } });
    expect(await readdir(place())).toEqual(before);
    expect(await readFile(join(place(), "current/page.html"), "utf8")).toBe("page");
  });

  test("goes back to the version before although its source shows something else by now, or is gone", async () => {
    const old = await tree();
    await applyFile(home, old, none);
    await writeFile(join(directory, "site/page.html"), "another");
    const now: File = {
      ...old,
      content: {
        from: "tree",
        source: join(directory, "site"),
        digest: await treeDigest(await readTree(join(directory, "site"))),
      },
    };
    await applyFile(home, now, none);
    expect(await readFile(join(place(), "current/page.html"), "utf8")).toBe("another");
    await rm(join(directory, "site"), { recursive: true });
    await applyFile(home, old, none);
    expect(await readFile(join(place(), "current/page.html"), "utf8")).toBe("page");
    expect(await seen()).toBeUndefined();
  });

  test("goes back to no version that somebody edited", async () => {
    const old = await tree();
    await applyFile(home, old, none);
    const version = await readlink(join(place(), "current"));
    await applyFile(home, file, none);
    await chmod(join(place(), version, "page.html"), 0o600);
    await writeFile(join(place(), version, "page.html"), "edited");
    await rm(join(directory, "site"), { recursive: true });
    await expect(applyFile(home, old, none)).rejects.toMatchObject({ problem: { code: "FILE_CHANGED" } });
    expect(await readFile(join(place(), "current/a.conf"), "utf8")).toBe("one");
  });

  test("that is a single file is shown as that file, a directory as the directory", async () => {
    const source = join(directory, "app.conf");
    await writeFile(source, "alone");
    const digest = await treeDigest(await readTree(source));
    await applyFile(home, { ...file, content: { from: "tree", source, digest } }, none);
    expect(await readFile((await needVersion(home.layout, file.id)).path, "utf8")).toBe("alone");
    await applyFile(home, await tree(), none);
    expect(await readdir((await needVersion(home.layout, file.id)).path)).toEqual(["page.html", "sub"]);
  });

  test("is removed with all its versions", async () => {
    await applyFile(home, file, none);
    await removeFile(home.layout, file);
    expect(await readdir(home.layout.files)).toEqual([]);
    await expect(needVersion(home.layout, file.id)).rejects.toMatchObject({ problem: { code: "FILE_MISSING" } });
  });

  test("whose names would lead out of it is refused", async () => {
    const odd: File = { ...file, content: { from: "text", entries: { "../../escape": "x" } } };
    await expect(applyFile(home, odd, none)).rejects.toMatchObject({ problem: { kind: "bug" } });
  });
});
