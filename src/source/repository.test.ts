import { stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { exec } from "../lib/exec.ts";
import { readCommits } from "./commits.ts";
import { gitOrFail } from "./git.ts";
import { quarantineOf } from "./quarantine.ts";
import { headOf, isBranchName, makeRepository, resolve, setHead } from "./repository.ts";
import { textAt } from "./text-at.ts";
import { makeWorkshop, type Workshop, type Yard } from "./workshop.ts";

// Real programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let shop: Workshop;
let yard: Yard;
let home: string;

beforeAll(async () => {
  shop = await makeWorkshop();
  yard = await shop.repository("yard.git");
  home = join(shop.directory, "deep/er/home.git");
  await makeRepository(home, { branch: "main" });
});
afterAll(() => shop.end());

const push = (...words: readonly string[]) =>
  exec(["git", `--git-dir=${yard.path}`, "push", "-q", home, ...words], {
    env: { PATH: process.env.PATH, HOME: "/nonexistent" },
  });

describe("the repository of a site", () => {
  test("is for root alone, and making it again changes nothing", async () => {
    await push(`${await yard.commit()}:refs/heads/main`);
    const before = await headOf(home, "main");
    await makeRepository(home, { branch: "main" });
    expect(await headOf(home, "main")).toBe(before);
    expect((await stat(home)).mode & 0o777).toBe(0o700);
    const settings = (await gitOrFail(home, ["config", "--get-all", "include.path"])).toString();
    expect(settings).toBe("freehold.config\n");
  });

  test("takes no damaged objects, no replaced ones, and none of freehold's own refs", async () => {
    const head = await yard.commit();
    const odd = await yard.raw(`tree ${(await yard.git(["rev-parse", `${head}^{tree}`])).trim()}\nauthor a\n\nx\n`);
    expect((await push(`${odd}:refs/heads/odd`)).stderr).toMatch(/fsck|missing|invalid/);
    expect((await push(`${head}:refs/replace/${head}`)).code).not.toBe(0);
    expect((await push(`${head}:refs/freehold/incoming`)).code).not.toBe(0);
  });

  test("lets other branches be pushed, wound back and deleted, and never loses the followed one", async () => {
    const [old, head] = [await yard.commit(), await yard.commit()];
    expect(await push(`${head}:refs/heads/try`)).toMatchObject({ code: 0 });
    expect(await push(`+${old}:refs/heads/try`)).toMatchObject({ code: 0 });
    expect(await push(":refs/heads/try")).toMatchObject({ code: 0 });
    await push(`${head}:refs/heads/main`);
    expect((await push(":refs/heads/main")).stderr).toContain("refusing to delete the current branch");
    expect(await headOf(home, "main")).toBe(head);
  });
});

describe("a name of git's", () => {
  test("is a branch, a tag on a tag, an id or its beginning", async () => {
    const head = await yard.commit();
    await yard.git(["tag", "-a", "-m", "x", "inner", head]);
    await yard.git(["tag", "-a", "-m", "x", "outer", "inner"]);
    for (const name of ["main", "outer", "refs/heads/main", head, head.slice(0, 10), "main~0"])
      expect(await resolve(yard.path, name)).toBe(head);
  });

  test.each([
    "",
    "nothing",
    "-",
    "--all",
    "--output=/tmp/x",
    "main:site.yaml",
    "main^{tree}",
    "a b",
    "main\nmain",
    "0".repeat(40),
    "x".repeat(2000),
  ])("is refused when it is %j", async (name) => {
    await expect(resolve(yard.path, name)).rejects.toMatchObject({ problem: { code: "REVISION_UNKNOWN" } });
  });

  test("of a branch that nobody has pushed means nothing yet", async () => {
    expect(await headOf(yard.path, "nothing")).toBeUndefined();
    expect(await headOf(yard.path, "mai")).toBeUndefined();
    const head = await yard.commit();
    await setHead(yard.path, "nothing/yet", head);
    expect(await headOf(yard.path, "nothing/yet")).toBe(head);
    for (const name of ["nothing", "yet", "nothing/yet/more"]) expect(await headOf(yard.path, name)).toBeUndefined();
    await yard.git(["pack-refs", "--all", "--prune"]);
    expect(await headOf(yard.path, "nothing/yet")).toBe(head);
    expect(await headOf(yard.path, "yet")).toBeUndefined();
  });

  test.each(["-x", "a..b", "a/", "a.lock", "a//b", "a/.b", "a b", "a~b", "", "@{x}", "x".repeat(300)])(
    "of a branch is not %j",
    (name) => {
      expect(isBranchName(name)).toBe(false);
    },
  );
});

describe("what a commit says of itself", () => {
  test("is read in its own encoding, and bounded", async () => {
    const tree = (await yard.git(["rev-parse", "main^{tree}"])).trim();
    const plain = await yard.raw(
      `tree ${tree}\nauthor Zoë <z@e> 5 +0000\ncommitter c <c@e> 6 +0000\n\n\n  one\ntwo  \n\n\nbody ${"x".repeat(20_000)}\n`,
    );
    const [commit] = await readCommits(yard.path, [plain]);
    expect(commit).toMatchObject({ author: { name: "Zoë", email: "z@e" }, authoredAt: 5000, subject: "one two" });
    expect(commit?.body.length).toBeLessThan(17_000);
    const odd = await yard.raw(`tree ${tree}\nauthor nobody\n\n`);
    expect(await readCommits(yard.path, [odd])).toMatchObject([
      { author: { name: "", email: "" }, subject: "", body: "" },
    ]);
  });

  test("of many is read at once", async () => {
    const ids = [await yard.commit({ message: "a" }), await yard.commit({ message: "b" })];
    const many = Array.from({ length: 600 }, (_, index) => ids[index % 2] ?? "");
    expect((await readCommits(yard.path, many)).map(({ subject }) => subject).join("")).toBe("ab".repeat(300));
  });

  test("is nothing when it is no commit", async () => {
    const tree = (await yard.git(["rev-parse", "main^{tree}"])).trim();
    await expect(readCommits(yard.path, [tree])).rejects.toMatchObject({ problem: { code: "OBJECT_MISSING" } });
    await expect(readCommits(yard.path, ["f".repeat(40)])).rejects.toMatchObject({
      problem: { code: "OBJECT_MISSING" },
    });
  });
});

test("one file of a commit is read, and of a directory or a long one nothing", async () => {
  const head = await yard.commit({ files: { "site.yaml": "name: home\n", "d/f": "x", long: "x".repeat(2 ** 21) } });
  const store = { repository: yard.path };
  expect(await textAt(store, head, "site.yaml")).toBe("name: home\n");
  for (const name of ["d", "long", "nothing"]) expect(await textAt(store, head, name)).toBeUndefined();
});

test("only git's own variables of a hook are handed on", () => {
  const hook = { GIT_OBJECT_DIRECTORY: "/x", GIT_QUARANTINE_PATH: "/x", GIT_DIR: ".", PATH: "/evil", HOME: "/root" };
  expect(quarantineOf(hook)).toEqual({ GIT_OBJECT_DIRECTORY: "/x", GIT_QUARANTINE_PATH: "/x" });
});
