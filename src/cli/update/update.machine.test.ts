import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createRegistry, type TestRegistry } from "../../../test/world/registry.ts";
import { type ExecResult, exec, execOrFail } from "../../lib/exec.ts";

const program = resolve(import.meta.dirname, "../../../bin/freehold");

let registry: TestRegistry;
let directory: string;

beforeAll(async () => {
  registry = await createRegistry();
  for (const tag of ["1.0.0", "1.0.1", "1.1.0", "2.0.0", "latest"]) await registry.push(`app:${tag}`, tag);
  await registry.push("other:5", "five");
});
afterAll(() => registry.end());

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-update-"));
  await write("site.yaml", "name: home\ndomain: example.org\n");
  await write("services/blog.yaml", `# the blog\nimage: ${registry.host}/app:1.0.0 # for now\nport: 80\n`);
  await git("init", "--quiet", "--initial-branch=main", ".");
  await save("feat: a blog");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(directory, file)), { recursive: true });
  await writeFile(join(directory, file), text);
}

const env = (): NodeJS.ProcessEnv => ({
  ...registry.env,
  GIT_CONFIG_NOSYSTEM: "1",
  ...{ GIT_AUTHOR_NAME: "ada", GIT_AUTHOR_EMAIL: "ada@example.org" },
  ...{ GIT_COMMITTER_NAME: "ada", GIT_COMMITTER_EMAIL: "ada@example.org" },
});
const git = (...words: string[]): Promise<string> => execOrFail(["git", ...words], { cwd: directory, env: env() });
const freehold = (...words: string[]): Promise<ExecResult> =>
  exec([program, ...words], { cwd: directory, env: { ...env(), FREEHOLD_ROOT: join(directory, "root") } });

async function save(message: string): Promise<void> {
  await git("add", "--all", ".");
  await git("commit", "--quiet", "--message", message);
}

const file = (name: string): Promise<string> => readFile(join(directory, name), "utf8");
const subjects = async (): Promise<readonly string[]> => (await git("log", "--format=%s")).trim().split("\n");

test("an update is a commit with the new tag where it stood and what it means in the lock", async () => {
  const { code, stdout } = await freehold("update", "--yes");
  expect([code, stdout]).toEqual([0, expect.stringContaining("1.0.0 → 1.1.0  minor")]);
  expect(await file("services/blog.yaml")).toBe(`# the blog\nimage: ${registry.host}/app:1.1.0 # for now\nport: 80\n`);
  expect(await file("images.lock.yaml")).toMatch(
    new RegExp(`^${registry.host}/app:1\\.1\\.0: sha256:[a-f0-9]{64}$`, "m"),
  );
  expect(await subjects()).toEqual(["deps(blog): app 1.0.0 → 1.1.0", "feat: a blog"]);
  expect(await git("status", "--porcelain")).toBe("");
  expect((await freehold("check")).code).toBe(0);
  const again = await freehold("update", "--yes");
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining("Nothing newer: 1 image looked at.")]);
});

test("each service goes as far as it says, and what nobody uses any more leaves the lock", async () => {
  await write("services/blog.yaml", `image: ${registry.host}/app:1.0.0\nupdate: patch\n`);
  await write("services/fast.yaml", `image: ${registry.host}/app:1.0.0\nupdate: auto\n`);
  await write("services/still.yaml", `image: ${registry.host}/app:1.0.0\nupdate: manual\n`);
  await write(
    "services/own.yaml",
    `parts:\n  a: {image: ${registry.host}/app:1.0.0}\n  b: {image: "${registry.host}/other:5"}\n`,
  );
  await save("more");
  expect((await freehold("update", "--yes")).code).toBe(0);
  expect(await subjects()).toEqual([
    "deps(own): app 1.0.0 → 1.1.0, other 5 pinned",
    "deps(fast): app 1.0.0 → 2.0.0",
    "deps(blog): app 1.0.0 → 1.0.1",
    "more",
    "feat: a blog",
  ]);
  await git("rm", "--quiet", "services/fast.yaml", "services/own.yaml");
  await git("commit", "--quiet", "--message", "less");
  await registry.push("app:1.0.2", "1.0.2");
  expect((await freehold("update", "--yes")).code).toBe(0);
  const locked = (await file("images.lock.yaml")).split("\n").flatMap((line) => /^(\S+): sha256/.exec(line)?.[1] ?? []);
  expect(locked).toContain(`${registry.host}/app:1.0.2`);
  expect(locked).not.toContain(`${registry.host}/app:1.0.1`);
});

test("a tag that was built anew is another digest and nothing else", async () => {
  await write("services/blog.yaml", `image: ${registry.host}/app:latest\n`);
  await save("latest");
  await freehold("update", "--yes");
  const before = await file("images.lock.yaml");
  await registry.push("app:latest", "built anew");
  expect((await freehold("update", "--yes")).stdout).toContain("the same version, built anew");
  expect(await file("images.lock.yaml")).not.toBe(before);
  expect((await subjects()).slice(0, 2)).toEqual(["deps(blog): app latest rebuilt", "deps(blog): app latest pinned"]);
});

test("a digest in the file moves in the file", async () => {
  await write("services/blog.yaml", `image: ${registry.host}/app:1.0.0@sha256:${"0".repeat(64)}\n`);
  await save("by digest");
  expect((await freehold("update", "--yes")).code).toBe(0);
  expect(await file("services/blog.yaml")).toMatch(/app:1\.1\.0@sha256:(?!0{64})[a-f0-9]{64}\n$/);
  await expect(file("images.lock.yaml")).rejects.toThrowError(/ENOENT/);
});

test("what a person has not committed is not mixed in, and nobody is asked without a terminal", async () => {
  expect((await freehold("update")).code).toBe(2);
  await write("services/blog.yaml", `image: ${registry.host}/app:1.0.0\nport: 8080\n`);
  const { code, stderr } = await freehold("update", "--yes");
  expect([code, stderr]).toEqual([1, expect.stringContaining("got changes of yours")]);
  expect(await file("services/blog.yaml")).toContain("8080");
  expect(await subjects()).toEqual(["feat: a blog"]);
});

test("a registry that does not answer stops only what it has", async () => {
  await write("services/away.yaml", "image: localhost:1/app:1.0.0\n");
  await save("away");
  const { code, stdout } = await freehold("update", "--yes");
  expect([code, stdout]).toEqual([3, expect.stringContaining("REGISTRY_SILENT")]);
  expect((await subjects())[0]).toBe("deps(blog): app 1.0.0 → 1.1.0");
});

test("a release tags the month with notes that count the updates", async () => {
  await freehold("update", "--yes");
  expect((await freehold("release", "--yes")).code).toBe(0);
  const tag = (await git("tag", "--list")).trim();
  expect(tag).toMatch(/^v\d\d\.\d\d$/);
  const notes = await git("tag", "--list", "--format=%(contents)", tag);
  expect(notes).toContain("2 changes by ada; 1 of them updates of images.");
  expect(notes).toContain("## Updates (1)\n\n- blog: app 1.0.0 → 1.1.0 (");
  expect((await freehold("release", "--yes")).stderr).toContain("got none");
  await write("people.yaml", "ada: {}\n");
  await save("ada comes");
  expect(JSON.parse((await freehold("release", "--yes", "--json")).stdout)).toMatchObject({
    tag: `${tag}.1`,
    since: tag,
  });
});
