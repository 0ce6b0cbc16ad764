import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { execOrFail } from "./exec.ts";
import { readTree, treeDigest } from "./tree.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "freehold-tree-"));
  await mkdir(join(root, "site/deep"), { recursive: true });
  await writeFile(join(root, "site/b.txt"), "b");
  await writeFile(join(root, "site/deep/a.txt"), "a");
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function digestOf(path = "site"): Promise<string> {
  return treeDigest(await readTree(join(root, path)));
}

describe("a tree of files", () => {
  test("is listed with sorted paths, sizes and who may execute", async () => {
    await chmod(join(root, "site/b.txt"), 0o755);
    const entries = await readTree(join(root, "site"));
    expect(entries.map(({ path, size, executable }) => [path, size, executable])).toEqual([
      ["b.txt", 1, true],
      ["deep/a.txt", 1, false],
    ]);
  });

  test("has a digest that does not depend on where it is, and moves with name, content and mode", async () => {
    const before = await digestOf();
    await execOrFail(["cp", "-a", join(root, "site"), join(root, "copy")]);
    expect(await digestOf("copy")).toBe(before);
    await chmod(join(root, "copy/b.txt"), 0o755);
    const executable = await digestOf("copy");
    await writeFile(join(root, "copy/b.txt"), "c");
    const changed = await digestOf("copy");
    await execOrFail(["mv", join(root, "copy/b.txt"), join(root, "copy/c.txt")]);
    expect(new Set([before, executable, changed, await digestOf("copy")]).size).toBe(4);
  });

  test("a single file is a tree of one entry without a name", async () => {
    expect(await readTree(join(root, "site/b.txt"))).toMatchObject([{ path: "", size: 1 }]);
  });

  test("links are followed to what they lead to", async () => {
    await symlink("deep", join(root, "site/also"));
    const entries = await readTree(join(root, "site"));
    expect(entries.map(({ path }) => path)).toEqual(["also/a.txt", "b.txt", "deep/a.txt"]);
  });

  test("a link out of the site, to itself, above itself or to nothing is a problem of its own", async () => {
    const cases = [
      ["/etc/passwd", "TREE_LINK_OUTSIDE"],
      ["odd", "TREE_LINK_LOOP"],
      ["..", "TREE_LINK_LOOP"],
      ["nothing", "TREE_MISSING"],
    ] as const;
    for (const [target, code] of cases) {
      await symlink(target, join(root, "site/deep/odd"));
      await expect(readTree(join(root, "site"), { within: join(root, "site") })).rejects.toMatchObject({
        problem: { code },
      });
      await rm(join(root, "site/deep/odd"));
    }
  });

  test("what is neither file nor directory is a problem, not a wait for ever", async () => {
    await execOrFail(["mkfifo", join(root, "site/pipe")]);
    await expect(readTree(join(root, "site"))).rejects.toMatchObject({ problem: { code: "TREE_ODD_FILE" } });
  });
});
