import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleSite } from "../features/sample-site.ts";
import { execOrFail } from "../lib/exec.ts";
import { pendingIn } from "./pending.ts";

let directory: string;
const git = async (...words: readonly string[]): Promise<string> =>
  (
    await execOrFail(["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...words], { cwd: directory })
  ).trim();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-pending-"));
  await git("init", "-q", "-b", "main");
  await writeFile(join(directory, "site.yaml"), "name: home\ndomain: example.org\n");
  await git("add", "-A");
  await git("commit", "-qm", "One");
  await git("remote", "add", "home", "/nowhere");
});
afterEach(() => rm(directory, { recursive: true }));

async function pending(commit?: string) {
  const author = { name: "Ada", email: "ada@example.org" };
  const signer = { name: "ada", key: "SHA256:x", by: "ssh" as const };
  const revision = { parents: [], author, authoredAt: 0, subject: "One", body: "", signer };
  const site = sampleSite([]);
  const applied = { site, desired: [], stopped: false, ...(commit && { revision: { ...revision, commit } }) };
  const context = {
    env: process.env,
    signal: new AbortController().signal,
    roots: { root: directory, run: join(directory, "run") },
  };
  return pendingIn(context, { directory, applied, site: sampleSite([], { domain: "other.example" }) });
}

test("a directory that is not under git says so as before", async () => {
  expect(await pending()).toEqual({ command: "freehold plan", what: "the files changed since the last up" });
});

test("a checkout of what runs has nothing to bring, were it at another path", async () => {
  expect(await pending(await git("rev-parse", "HEAD"))).toBeUndefined();
});

test("files that were changed are to be committed and pushed", async () => {
  const head = await git("rev-parse", "HEAD");
  await writeFile(join(directory, "people.yaml"), "");
  expect(await pending(head)).toEqual({
    command: "git add -A && git commit && git push home main",
    what: "files changed",
  });
});

test("commits that the machine does not have are to be pushed; one that is behind has none", async () => {
  const first = await git("rev-parse", "HEAD");
  await git("commit", "-q", "--allow-empty", "-m", "Two");
  const second = await git("rev-parse", "HEAD");
  expect((await pending(first))?.command).toBe("git push home main");
  await git("reset", "-q", "--hard", first);
  expect(await pending(second)).toBeUndefined();
  expect(await pending("0".repeat(40))).toBeUndefined();
});
