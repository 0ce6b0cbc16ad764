import { createHash, randomBytes } from "node:crypto";
import { chmod, readdir, readFile, stat } from "node:fs/promises";
import { connect, createServer as createSilence, type Server as Silence } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readIfThere } from "../lib/fs.ts";
import { problemOf } from "../lib/problem.ts";
import { fetchRemote, incoming, remoteHead } from "./fetch.ts";
import { git } from "./git.ts";
import { accessKey, keepToken, remoteAccess } from "./remote-access.ts";
import { readRemoteUrl } from "./remote-url.ts";
import { headOf, makeRepository, resolve, setHead } from "./repository.ts";
import { makeWorkshop, put, type Workshop, type Yard } from "./workshop.ts";

// Real programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let shop: Workshop;
let made = 0;

beforeAll(async () => {
  shop = await makeWorkshop();
});
afterAll(() => shop.end());

async function newSite(format: "sha1" | "sha256" = "sha1"): Promise<{ repository: string; access: string }> {
  made += 1;
  const repository = join(shop.directory, `site-${made}`, "repository.git");
  await makeRepository(repository, { branch: "main", format });
  return { repository, access: join(shop.directory, `site-${made}`, "remote") };
}

function newYard(format: "sha1" | "sha256" = "sha1"): Promise<Yard> {
  made += 1;
  return shop.repository(`elsewhere-${made}.git`, { format });
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no problem",
    (thrown: unknown) => problemOf(thrown).code,
  );

describe("a remote", () => {
  test("is fetched again and again, and moves no branch of ours", async () => {
    const { repository, access } = await newSite();
    const yard = await newYard();
    const first = await yard.commit();
    const remote = { url: yard.path, branch: "main" };
    expect(await fetchRemote(repository, remote, access)).toBe(first);
    expect(await headOf(repository, "main")).toBeUndefined();
    await setHead(repository, "main", first);
    const second = await yard.commit();
    expect(await remoteHead(remote, access)).toBe(second);
    expect(await fetchRemote(repository, remote, access)).toBe(second);
    expect(await headOf(repository, "main")).toBe(first);
    expect(await resolve(repository, incoming)).toBe(second);
  });

  test("that was wound back is fetched as it is: to judge it is not the fetch's", async () => {
    const { repository, access } = await newSite();
    const yard = await newYard();
    const first = await yard.commit();
    await yard.commit();
    const remote = { url: `file://${yard.path}`, branch: "main" };
    await fetchRemote(repository, remote, access);
    await yard.git(["update-ref", "refs/heads/main", first]);
    expect(await fetchRemote(repository, remote, access)).toBe(first);
  });

  test("may be one of SHA-256", async () => {
    const { repository, access } = await newSite("sha256");
    const yard = await newYard("sha256");
    expect(await fetchRemote(repository, { url: yard.path, branch: "main" }, access).catch(problemOf)).toMatchObject({
      code: "REMOTE_BRANCH",
    });
    const head = await yard.commit();
    expect(await fetchRemote(repository, { url: yard.path, branch: "main" }, access)).toBe(head);
    const other = await newSite();
    expect(await codeOf(fetchRemote(other.repository, { url: yard.path, branch: "main" }, other.access))).toBe(
      "REMOTE_DAMAGED",
    );
  });

  test("brings no tags, no replaced objects and no other branches", async () => {
    const { repository, access } = await newSite();
    const yard = await newYard();
    const head = await yard.commit();
    const other = await yard.commit({ parents: [] });
    await yard.git(["tag", "v1", head]);
    await yard.git(["branch", "other", other]);
    await yard.git(["replace", head, other]);
    await fetchRemote(repository, { url: yard.path, branch: "main" }, access);
    expect((await git(repository, ["for-each-ref", "--format=%(refname)"])).stdout.toString()).toBe(`${incoming}\n`);
  });

  test.each([
    ["a branch that is not there", "elsewhere", "none", "REMOTE_BRANCH"],
    ["a directory that is not there", "nothing-here", "main", "REMOTE_REFUSED"],
    ["a branch that is an option", "elsewhere", "--upload-pack=x", "BRANCH_INVALID"],
  ])("says what is wrong with %s", async (_, where, branch, code) => {
    const { repository, access } = await newSite();
    const yard = await newYard();
    await yard.commit();
    const url = where === "elsewhere" ? yard.path : join(shop.directory, where);
    expect(await codeOf(fetchRemote(repository, { url, branch }, access))).toBe(code);
    if (code !== "BRANCH_INVALID") expect(await codeOf(remoteHead({ url, branch }, access))).toBe(code);
  });

  test("starts nothing of what its settings and hooks name", async () => {
    const { repository, access } = await newSite();
    const yard = await newYard();
    const head = await yard.commit();
    const sprung = join(shop.directory, "sprung");
    const trap = join(shop.directory, "trap");
    await put(trap, `#!/bin/sh\ntouch ${sprung}\n`);
    await chmod(trap, 0o755);
    for (const [key, value] of [
      ["uploadpack.packObjectsHook", trap],
      ["core.fsmonitor", trap],
      ["core.sshCommand", trap],
      ["core.alternateRefsCommand", trap],
      ["credential.helper", `!${trap}`],
      ["core.gitProxy", trap],
    ] as const) {
      await yard.git(["config", key, value]);
      if (key !== "uploadpack.packObjectsHook") await git(repository, ["config", key, value]);
    }
    for (const hook of ["reference-transaction", "post-update", "pre-receive"])
      for (const where of [yard.path, repository]) {
        await put(join(where, "hooks", hook), `#!/bin/sh\ntouch ${sprung}\n`);
        await chmod(join(where, "hooks", hook), 0o755);
      }
    expect(await fetchRemote(repository, { url: yard.path, branch: "main" }, access)).toBe(head);
    expect(await readIfThere(sprung)).toBeUndefined();
  });

  test("with damaged objects is refused", async () => {
    const { repository, access } = await newSite();
    const yard = await newYard();
    const tree = (await yard.git(["hash-object", "-w", "-t", "tree", "--stdin"], "")).trim();
    const odd = await yard.raw(`tree ${tree}\nauthor nobody\ncommitter nobody\n\nx\n`);
    await yard.git(["update-ref", "refs/heads/main", odd]);
    expect(await codeOf(fetchRemote(repository, { url: yard.path, branch: "main" }, access))).toBe("REMOTE_DAMAGED");
  });

  test("that brings more than it may is stopped, and leaves nothing large behind", async () => {
    const { repository, access } = await newSite();
    const yard = await newYard();
    await yard.commit({ files: { noise: randomBytes(3_000_000).toString("base64") } });
    const remote = { url: yard.path, branch: "main" };
    expect(await codeOf(fetchRemote(repository, remote, access, { most: 1024 * 1024 }))).toBe("REMOTE_TOO_LARGE");
    const left = await readdir(join(repository, "objects"), { recursive: true });
    const sizes = await Promise.all(left.map(async (name) => (await stat(join(repository, "objects", name))).size));
    expect(Math.max(0, ...sizes)).toBeLessThan(1024 * 1024);
    expect(await headOf(repository, "main")).toBeUndefined();
  });
});

describe("a remote that does not answer", () => {
  let silence: Silence;
  let port: number;
  beforeAll(async () => {
    silence = createSilence((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
    await new Promise((resolve) => silence.once("listening", resolve));
    const address = silence.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
  });
  afterAll(() => silence.close());

  test.each(["ssh", "https"])("is given up in time over %s, with all that was started for it", async (by) => {
    const { repository, access } = await newSite();
    const url = `${by}://127.0.0.1:${port}/home.git`;
    const began = performance.now();
    expect(await codeOf(fetchRemote(repository, { url, branch: "main" }, access, { timeout: 600 }))).toBe(
      "PROGRAM_TIMEOUT",
    );
    expect(performance.now() - began).toBeLessThan(3000);
  });

  test("is given up when the person interrupts", async () => {
    const { repository, access } = await newSite();
    const url = `ssh://127.0.0.1:${port}/home.git`;
    const { signal } = { signal: AbortSignal.timeout(300) };
    expect(await codeOf(fetchRemote(repository, { url, branch: "main" }, access, { signal }))).toBe("PROGRAM_STOPPED");
  });

  test("at a port where nobody is, is tried again", async () => {
    const { repository, access } = await newSite();
    const socket = connect(1, "127.0.0.1").on("error", () => {});
    socket.destroy();
    const remote = { url: "ssh://127.0.0.1:1/home.git", branch: "main" };
    const thrown = await fetchRemote(repository, remote, access).catch(problemOf);
    expect(thrown).toMatchObject({
      code: "REMOTE_FAILED",
      kind: "transient",
      message: expect.stringContaining("refused"),
    });
  });
});

describe("what opens a remote", () => {
  test("over HTTPS is kept for root alone, goes to that host alone, and stands in no argument", async () => {
    const { access } = await newSite();
    await keepToken(access, "ada:s3cret");
    expect((await stat(join(access, "token"))).mode & 0o777).toBe(0o600);
    const { config, env } = await remoteAccess(access, readRemoteUrl("https://forge.example.org:3000/ada/home.git"));
    const basic = Buffer.from("ada:s3cret").toString("base64");
    expect(new Map(config).get("http.https://forge.example.org:3000/.extraHeader")).toBe(
      `Authorization: Basic ${basic}`,
    );
    expect(env).toEqual({});
    await keepToken(access, undefined);
    const without = await remoteAccess(access, readRemoteUrl("https://forge.example.org/x"));
    expect(JSON.stringify(without)).not.toContain("Authorization");
  });

  test.each([
    ["nothing", ""],
    ["two words", "two words"],
    ["two lines", "line\nbreak"],
    ["too long", "x".repeat(5000)],
    ["not what a header can hold", "ü"],
  ])("is refused when it is %s", async (_, token) => {
    const { access } = await newSite();
    await expect(keepToken(access, token)).rejects.toMatchObject({ problem: { code: "TOKEN_INVALID" } });
  });

  test("over SSH is a key of the site's own, made once", async () => {
    const { access } = await newSite();
    const key = await accessKey(access, "home");
    expect(key).toMatch(/^ssh-ed25519 \S+ freehold-home@/);
    expect(await accessKey(access, "home")).toBe(key);
    expect((await stat(join(access, "key"))).mode & 0o777).toBe(0o600);
  });

  test("does not stand in the list of processes while git works, nor in what is said of a failure", async () => {
    const { repository, access } = await newSite();
    const token = createHash("sha256").update("token").digest("hex");
    await keepToken(access, token);
    const silent = createSilence((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const work = fetchRemote(repository, { url: `https://127.0.0.1:${port}/x`, branch: "main" }, access, {
      timeout: 700,
    });
    const seen = codeOf(work);
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name)))
      expect((await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).includes(token)).toBe(false);
    expect(await seen).toBe("PROGRAM_TIMEOUT");
    expect(JSON.stringify(await work.catch(problemOf))).not.toContain(token);
    silent.close();
  });
});
