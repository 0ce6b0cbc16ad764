import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { installMergeDriver } from "../src/cli/secrets/merge-driver.ts";
import { type ExecResult, exec, execOrFail } from "../src/lib/exec.ts";
import { type Keeper, openKept, putSecrets, recipientsOf, writeKept } from "../src/secrets/keeper.ts";
import { sampleIdentity } from "../src/secrets/sample.ts";
import { withRecipient } from "../src/secrets/seal.ts";

const home = resolve(import.meta.dirname, "..");
const freehold = join(home, "bin/freehold");
const [ada, ben, eve] = await Promise.all([sampleIdentity(), sampleIdentity(), sampleIdentity()]);

let directory = "";
let env: NodeJS.ProcessEnv = {};
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-merge-"));
  env = {
    PATH: process.env.PATH,
    HOME: join(directory, "nobody"),
    FREEHOLD_ROOT: join(directory, "root"),
    NODE_COMPILE_CACHE: join(tmpdir(), "freehold-compile-cache"),
    SOPS_AGE_KEY: ada.secret,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_EDITOR: "true",
    ...{ GIT_AUTHOR_NAME: "ada", GIT_AUTHOR_EMAIL: "ada@example.org" },
    ...{ GIT_COMMITTER_NAME: "ada", GIT_COMMITTER_EMAIL: "ada@example.org" },
  };
  await must("init", "--quiet", "--initial-branch=main");
  await writeFile(join(directory, "site.yaml"), "name: home\ndomain: example.org\n");
  await writeFile(join(directory, ".git/info/exclude"), "root\nnobody\n");
  await installMergeDriver(directory, { home, env, signal: new AbortController().signal });
  await set({ token: "token-1-", key: "key-1-" });
});
afterEach(() => rm(directory, { recursive: true }));

const git = (...words: readonly string[]): Promise<ExecResult> => exec(["git", ...words], { cwd: directory, env });
const must = (...words: readonly string[]) => execOrFail(["git", ...words], { cwd: directory, env });
const run = (...words: readonly string[]): Promise<ExecResult> => exec([freehold, ...words], { cwd: directory, env });

function keeper(): Keeper {
  return { directory, env: { SOPS_AGE_KEY: ada.secret }, root: "/sys/nowhere", now: Date.now() };
}

/** Sets secrets, and commits. */
async function set(values: Readonly<Record<string, string>>): Promise<void> {
  await putSecrets(keeper(), new Map(Object.entries(values)));
  await commit();
}

async function admit(who: { recipient: string }): Promise<void> {
  const kept = await openKept(keeper());
  await writeKept(keeper(), kept, await withRecipient(kept.file, kept, who.recipient, Date.now()));
  await commit();
}

async function commit(): Promise<void> {
  await must("add", "--all");
  await must("commit", "--quiet", "--message", "a change");
}

/** Two branches that did different things. The first one is checked out. */
async function apart(here: () => Promise<void>, there: () => Promise<void>): Promise<void> {
  await must("checkout", "--quiet", "-b", "there");
  await there();
  await must("checkout", "--quiet", "main");
  await here();
}

const values = async (): Promise<unknown> => Object.fromEntries((await openKept(keeper())).values);
const text = (): Promise<string> => readFile(join(directory, "secrets.yaml"), "utf8");

describe("git", { timeout: 60_000 }, () => {
  test.each([
    ["merges", ["merge", "--no-edit", "there"]],
    ["rebases", ["rebase", "there"]],
  ])("%s what two people did to different secrets, and who may open them", async (_does, words) => {
    await apart(
      async () => {
        await set({ token: "token-2-", mine: "mine-" });
        await admit(ben);
      },
      async () => {
        await set({ key: "key-2-" });
        await admit(eve);
      },
    );
    const { code, stderr } = await git(...words);
    expect(code, stderr).toBe(0);
    expect(await values()).toEqual({ token: "token-2-", key: "key-2-", mine: "mine-" });
    const recipients = recipientsOf((await openKept(keeper())).file);
    expect(recipients.toSorted()).toEqual([ada, ben, eve].map(({ recipient }) => recipient).sort());
    const rule = await readFile(join(directory, ".sops.yaml"), "utf8");
    expect(rule.match(/age1\w+/g)).toEqual(recipients);
    expect((await git("status", "--porcelain")).stdout).toBe("");
  });

  test.each([
    ["merges", ["merge", "--no-edit", "there"], "token-here-"],
    ["rebases", ["rebase", "there"], "token-there-"],
  ])(
    "stops where it %s two values of one secret: all else is merged, no value is shown",
    async (_does, words, stands) => {
      await apart(
        () => set({ token: "token-here-", mine: "mine-" }),
        () => set({ token: "token-there-", key: "key-2-" }),
      );
      const { code, stdout, stderr } = await git(...words);
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/expected both sides to agree on token, got different changes/);
      expect(stderr).toContain("freehold secrets take token");
      expect(stdout + stderr).not.toMatch(/token-(?:here|there)|mine-|key-2|[<>]{7}/);
      expect(await values()).toEqual({ token: stands, key: "key-2-", mine: "mine-" });
      expect((await git("diff", "--name-only", "--diff-filter=U")).stdout).toBe("secrets.yaml\n");
      const taken = await run("secrets", "take", "token");
      expect(taken).toMatchObject({ code: 0, stdout: expect.stringContaining("token is as on the other side") });
      const other = stands === "token-here-" ? "token-there-" : "token-here-";
      expect(await values()).toEqual({ token: other, key: "key-2-", mine: "mine-" });
      await must("add", "secrets.yaml");
      await must(...(words[0] === "merge" ? ["commit", "--no-edit"] : ["rebase", "--continue"]));
      expect((await git("status", "--porcelain")).stdout).toBe("");
    },
  );

  test("leaves both sides in the file where it does not know freehold; freehold merges them then", async () => {
    await must("config", "--remove-section", "merge.freehold-secrets");
    await apart(
      () => set({ token: "token-2-" }),
      () => set({ key: "key-2-" }),
    );
    expect((await git("merge", "there")).code).toBe(1);
    expect(await text()).toContain("<<<<<<<");
    expect((await run("secrets", "set", "token", "--generate")).stderr).toContain("freehold secrets merge");
    expect(await run("secrets", "merge")).toMatchObject({ code: 0 });
    expect(await values()).toEqual({ token: "token-2-", key: "key-2-" });
    expect((await git("config", "merge.freehold-secrets.driver")).stdout).toContain("secrets merge %O %A %B");
    expect((await run("secrets", "merge")).stdout).toContain("whole already");
  });

  test("keeps this side whole when the other one cannot be opened, and says why", async () => {
    await apart(
      () => set({ token: "token-2-" }),
      async () => {
        await set({ key: "key-2-" });
        await writeFile(join(directory, "secrets.yaml"), (await text()).replace(/^token: .*\n/m, ""));
        await commit();
      },
    );
    const before = await text();
    const { code, stderr } = await git("merge", "there");
    expect(code).toBe(1);
    expect(stderr).toMatch(/in the other side's version/);
    expect(await text()).toBe(before);
  });

  test("merges a line of merges in which two people settled one secret differently, and asks again", async () => {
    await apart(
      () => set({ token: "a-" }),
      () => set({ token: "b-" }),
    );
    await must("branch", "here", "main");
    for (const [branch, other, value] of [
      ["main", "there", "settled-a-"],
      ["there", "here", "settled-b-"],
    ] as const) {
      await must("checkout", "--quiet", branch);
      expect((await git("merge", other)).code).toBe(1);
      await set({ token: value });
    }
    await must("checkout", "--quiet", "main");
    expect((await git("merge", "--no-edit", "there")).code).toBe(1);
    expect(await values()).toEqual({ token: "settled-a-", key: "key-1-" });
  });
});

test("a new site is one in which git knows freehold, and says so to other clones", { timeout: 60_000 }, async () => {
  await rm(join(directory, ".git"), { recursive: true });
  expect(await run("init", "other", "--domain", "example.org")).toMatchObject({ code: 0 });
  const cwd = join(directory, "other");
  const attribute = await execOrFail(["git", "check-attr", "merge", "secrets.yaml", ".sops.yaml"], { cwd, env });
  expect(attribute).toBe("secrets.yaml: merge: freehold-secrets\n.sops.yaml: merge: freehold-secrets\n");
  const driver = await execOrFail(["git", "config", "merge.freehold-secrets.driver"], { cwd, env });
  expect(driver).toMatch(/freehold'? secrets merge %O %A %B %L %P/);
});

test("a .sops.yaml that somebody wrote is merged by its lines", { timeout: 60_000 }, async () => {
  const own = "creation_rules:\n  # one\n  - age: age1one\n  # two\n  # three\n  # four\n";
  const path = join(directory, ".sops.yaml");
  await writeFile(path, own);
  await commit();
  await apart(
    async () => {
      await writeFile(path, own.replace("# one", "# 1"));
      await commit();
    },
    async () => {
      await writeFile(path, own.replace("# four", "# 4"));
      await commit();
    },
  );
  await must("merge", "--no-edit", "there");
  expect(await readFile(path, "utf8")).toBe(own.replace("# one", "# 1").replace("# four", "# 4"));
});
