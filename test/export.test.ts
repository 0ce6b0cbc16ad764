import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Context } from "../src/cli/command.ts";
import { runProgram } from "../src/cli/program.ts";
import { createTerminal } from "../src/cli/terminal.ts";
import { systemClock } from "../src/lib/clock.ts";
import { newDataKey } from "../src/secrets/data-key.ts";
import { sampleIdentity } from "../src/secrets/sample.ts";
import { newFile, wholeFile, withValues } from "../src/secrets/seal.ts";

/** Exports of dozens of files, some of them sealed: a busy machine takes its time. */
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const checkout = resolve(import.meta.dirname, "..");
const golden = join(import.meta.dirname, "golden/export.txt");

const files: Readonly<Record<string, string>> = {
  "site.yaml": "name: home\ndomain: example.org\nengine: {kubernetes: {context: home, storage-class: fast}}\n",
  "services/blog.yaml": "static: www\nexpose: public\nreplicas: 2\nmanifests: [manifests/extra.yaml]\n",
  "services/api.yaml":
    "image: registry.example.org/api:1\nuser: 1000\nport: 8000\nreach: [blog, internet:443]\nsecrets: {TOKEN: api-token}\nstate: {data: /data}\n",
  "www/index.html": "<p>hello\n",
  "manifests/extra.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\ndata: {answer: 'yes'}\n",
};

let root = "";
let site = "";
let key = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "freehold-export-"));
  site = join(root, "site");
  await put(files);
  const { secret, recipient } = await sampleIdentity();
  key = secret;
  const data = newDataKey();
  const empty = wholeFile(await newFile(data, [recipient], 0));
  const values = new Map([["api-token", "very\nsecret"]]);
  await put({ "secrets.yaml": withValues(empty, { key: data, values: new Map() }, values, 0) });
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(texts: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(site, path)), { recursive: true });
    await writeFile(join(site, path), text);
  }
}

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** A command, in this process: it asks nothing of a machine or a cluster. */
async function freehold(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const printed = { stdout: "", stderr: "" };
  const stream = (to: keyof typeof printed) =>
    new Writable({
      write(chunk, _encoding, done) {
        printed[to] += String(chunk);
        done();
      },
    });
  const nothing = async () => expect.unreachable("an export asks nobody");
  const context: Context = {
    terminal: createTerminal(
      { stdin: Readable.from([]), stdout: stream("stdout"), stderr: stream("stderr") },
      { NO_COLOR: "1" },
    ),
    cwd: site,
    env: { HOME: root, ...env },
    clock: systemClock,
    zone: "UTC",
    signal: new AbortController().signal,
    roots: { root: env.FREEHOLD_ROOT ?? join(root, "root"), run: join(root, "run") },
    user: 0,
    host: "attic",
    home: checkout,
    supervisor: { ensure: nothing, ended: nothing },
    createRuntime: nothing,
    surroundings: nothing,
    examine: nothing,
    authority: nothing,
  };
  return { code: await runProgram(words, context), ...printed };
}

/** An export that must succeed; what it said, for programs. */
async function exported(words: readonly string[] = [], env: Readonly<Record<string, string>> = { SOPS_AGE_KEY: key }) {
  const { code, stdout, stderr } = await freehold(["export", "kubernetes", "--json", ...words], env);
  expect(code, stderr).toBe(0);
  const said: { changed: string[]; removed: string[]; leftOut: { what: string }[] } = JSON.parse(stdout);
  return said;
}

/** Every file below the export, by path. */
async function written(): Promise<Map<string, string>> {
  const top = join(site, "kubernetes");
  const all = await readdir(top, { recursive: true, withFileTypes: true });
  const paths = all
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  return new Map(
    await Promise.all(paths.map(async (path) => [path.slice(top.length + 1), await readFile(path, "utf8")] as const)),
  );
}

/** Digests of images and of what follows from them are not what this is about; nor are the pages of the front door. */
function masked([path, text]: readonly [string, string]): string {
  const plain = text
    .replaceAll(/(localhost\/freehold\/[a-z]+):[0-9a-f]{12}/g, "$1:DIGEST")
    .replaceAll(/(freehold\.dev\/(?:given|content)): .*/g, "$1: DIGEST");
  const shown = path.includes("configmap-file-haproxy") ? plain.replace(/^data:\n[\s\S]*/m, "data: …\n") : plain;
  return `=== ${path}\n${shown}`;
}

describe("an export", () => {
  test("is what it was (UPDATE=1 writes it anew: read the difference)", async () => {
    await exported();
    const text = [...(await written())].map(masked).join("\n");
    if (process.env.UPDATE === "1") await writeFile(golden, text);
    expect(text).toBe(await readFile(golden, "utf8"));
  });

  test("has the same bytes again, and what left the site leaves it, with nothing else", async () => {
    await exported();
    const before = await written();
    expect(await exported()).toMatchObject({ changed: [], removed: [] });
    expect(await written()).toEqual(before);
    await put({ "kubernetes/services/api/mine.yaml": "mine: true\n" });
    await rm(join(site, "services/api.yaml"));
    const { removed } = await exported();
    expect(removed.length).toBeGreaterThan(5);
    const left = [...(await written()).keys()].filter((path) => path.includes("api"));
    expect(left).toEqual(["services/api/mine.yaml"]);
  });

  test("overwrites nobody's file, and takes none away because a list says so", async () => {
    await put({ "kubernetes/services/api/kustomization.yaml": "mine: true\n" });
    const { code, stderr } = await freehold(["export", "kubernetes"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("somebody else's file")]);
    await rm(join(site, "kubernetes"), { recursive: true });
    await put({ "kubernetes/freehold-export.json": '{"site": "home", "files": ["../site.yaml"]}' });
    const other = await freehold(["export", "kubernetes"]);
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining("list of an earlier export")]);
    expect(await readFile(join(site, "site.yaml"), "utf8")).toBe(files["site.yaml"]);
  });

  test("needs no key, and then has no secret, which it says", async () => {
    const { leftOut } = await exported([], {});
    expect(leftOut.map(({ what }) => what)).toContain("api-token");
    expect([...(await written()).keys()].filter((path) => path.includes("/secret-"))).toEqual([]);
  });

  test("has secrets only when asked, for their owner's eyes, and takes them away again", async () => {
    await exported(["--with-secrets"]);
    const secret = join(site, "kubernetes/services/api/secret-secret-api.yaml");
    expect(await readFile(secret, "utf8")).toContain(Buffer.from("very\nsecret").toString("base64").slice(0, 12));
    expect((await stat(secret)).mode & 0o777).toBe(0o600);
    expect((await written()).get(".gitignore")).toContain("/services/api/secret-secret-api.yaml\n");
    await chmod(secret, 0o644);
    expect(await exported(["--with-secrets"])).toMatchObject({ changed: [] });
    expect((await stat(secret)).mode & 0o777).toBe(0o600);
    await exported();
    expect((await written()).has(".gitignore")).toBe(false);
    expect([...(await written()).keys()].filter((path) => path.includes("/secret-"))).toEqual([]);
  });

  test("for Flux seals them, the same each time, and leaves the sealed ones where no key is", async () => {
    await mkdir(join(site, ".git"));
    await exported(["--flux"]);
    const first = await written();
    const secret = first.get("services/api/secret-secret-api.yaml") ?? "";
    expect(secret).toMatch(/api-token: ENC\[AES256_GCM/);
    expect(secret).not.toContain(Buffer.from("very\nsecret").toString("base64").slice(0, 12));
    expect(first.get("flux/api.yaml")).toMatch(/path: \.\/kubernetes\/services\/api\n/);
    expect(first.get("services/api/persistentvolumeclaim-api-data.yaml")).toContain("prune: disabled");
    expect(first.get("services/api/namespace-home-api.yaml")).toContain("prune: disabled");
    expect(first.has("kustomization.yaml")).toBe(false);
    await exported(["--flux"]);
    expect(await written()).toEqual(first);
    await exported(["--flux"], {});
    expect(await written()).toEqual(first);
  });

  test("comes of a site of one machine, too, as it would run on a cluster", async () => {
    await put({
      "site.yaml": "name: home\ndomain: example.org\n",
      "services/blog.yaml": "static: www\nexpose: public\n",
    });
    const { code, stdout } = await freehold(["export", "kubernetes"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("runs on one machine")]);
    expect((await written()).get("services/front/service-haproxy.yaml")).toContain("type: LoadBalancer");
  });

  test("of a site with mistakes is none: nothing is written or taken away", async () => {
    await exported();
    const before = await written();
    await put({ "services/api.yaml": "image: 7\n" });
    expect(await freehold(["export", "kubernetes"])).toMatchObject({ code: 10 });
    expect(await written()).toEqual(before);
  });

  test.each([
    [["export", "helm"], "expected kubernetes"],
    [["export", "kubernetes", "--flux", "--with-secrets"], "expected --flux or --with-secrets"],
  ])("%j is wrong usage", async (words, problem) => {
    const { code, stderr } = await freehold(words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
  });
});
