import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { execOrFail } from "../lib/exec.ts";
import { readTree as readEntries, treeDigest } from "../lib/tree.ts";
import { type Files, withSite } from "./cases/case.ts";
import { readTree } from "./tree.ts";

async function treeOf(files: Files, prepare?: (root: string) => Promise<unknown>): Promise<string> {
  return await withSite(files, async (root) => {
    await prepare?.(root);
    const tree = await readTree(root, "tree");
    return "digest" in tree ? `${tree.digest} ${tree.size}` : tree.code;
  });
}

const files = { "tree/a": "a", "tree/b/c": "cc" };

describe("a tree", () => {
  test("changes with a content, a name, and whether a file may be executed; with nothing else", async () => {
    const before = await treeOf(files);
    expect(await treeOf(files, (root) => mkdir(join(root, "tree/empty")))).toBe(before);
    expect(await treeOf(files, (root) => chmod(join(root, "tree/a"), 0o600))).toBe(before);
    expect(await treeOf(files, (root) => chmod(join(root, "tree/a"), 0o755))).not.toBe(before);
    expect(await treeOf({ "tree/a": "b", "tree/b/c": "cc" })).not.toBe(before);
    expect(await treeOf({ "tree/a": "a", "tree/b/d": "cc" })).not.toBe(before);
  });

  test("has the digest that a copy of it is checked against", async () => {
    await withSite({ ...files, "tree/z/ä.txt": "z" }, async (root) => {
      await chmod(join(root, "tree/a"), 0o755);
      const digest = await treeDigest(await readEntries(join(root, "tree")));
      expect(await readTree(root, "tree")).toMatchObject({ digest, size: 4 });
    });
  });

  test("may be one file", async () => {
    await withSite({ tree: "abc" }, async (root) => {
      const digest = await treeDigest(await readEntries(join(root, "tree")));
      expect(await readTree(root, "tree")).toEqual({ source: join(root, "tree"), digest, size: 3 });
    });
  });

  test("follows links inside the site", async () => {
    const linked = await treeOf({ "tree/a": "a", "other/c": "cc" }, (root) =>
      symlink("../other", join(root, "tree/b")),
    );
    expect(linked).toBe(await treeOf(files));
  });

  test.each<[string, (root: string) => Promise<unknown>, string]>([
    ["out of the site", (root) => symlink("/etc/passwd", join(root, "tree/x")), "FILE_OUTSIDE"],
    ["to nothing", (root) => symlink("nowhere", join(root, "tree/x")), "FILE_MISSING"],
    ["to where they are", (root) => symlink("..", join(root, "tree/b/x")), "FILE_NOT_PLAIN"],
    ["to themselves", (root) => symlink("x", join(root, "tree/x")), "FILE_UNREADABLE"],
  ])("refuses links that lead %s", async (_where, prepare, code) => {
    expect(await treeOf(files, prepare)).toBe(code);
  });

  test("refuses pipes without waiting for them", async () => {
    expect(await treeOf(files, (root) => execOrFail(["mkfifo", join(root, "tree/x")]))).toBe("FILE_NOT_PLAIN");
  });

  test("is at most 64 levels deep", async () => {
    const deep = (levels: number) => treeOf({ [`tree/${"d/".repeat(levels)}f`]: "" });
    expect(await deep(63)).toMatch(/ 0$/);
    expect(await deep(64)).toBe("TREE_TOO_LARGE");
  });

  test("is at most 2 GiB, without reading more of it", async () => {
    const sparse = (root: string) => execOrFail(["truncate", "-s", "3G", join(root, "tree/large")]);
    expect(await treeOf({ "tree/a": "" }, sparse)).toBe("TREE_TOO_LARGE");
  });

  test("that is not there is said so, and so is one that is behind a file", async () => {
    expect(await treeOf({})).toBe("FILE_MISSING");
    expect(await withSite({ tree: "" }, async (root) => await readTree(root, "tree/x"))).toMatchObject({
      code: "FILE_MISSING",
    });
    await withSite({}, async (root) => {
      await writeFile(join(root, "a"), "");
      expect(await readTree(root, "a")).toMatchObject({ size: 0 });
    });
  });
});
