import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withKept } from "../../site/kept-keys.ts";
import { contents } from "../contents.ts";
import { type Git, unattended } from "../git.ts";
import { unknownService } from "../narrow.ts";
import { lockWith } from "./image-lock.ts";
import { pathsOf, type ServiceTexts } from "./paths.ts";

/** What is to be as it was, and where. */
export type Composition = {
  /** The commit to build on. */
  readonly base: string;
  /** The commit whose files come back. */
  readonly target: string;
  /** Only these services; all, and site.yaml, when none is named. */
  readonly services: readonly string[];
};

/** The files of a rollback. */
export type Composed = {
  readonly tree: string;
  /** The services that it is about. */
  readonly services: readonly string[];
  /** Files that differ from the base, sorted. */
  readonly changed: readonly ChangedFile[];
  /** Services that were not there then. */
  readonly gone: readonly string[];
  /** Other services that use files which come back, too. */
  readonly alsoUsedBy: readonly string[];
};

/** One file, and what becomes of it. */
export type ChangedFile = { readonly path: string; readonly change: "comes back" | "changes" | "goes" };

/** What no rollback brings back by itself: who people are, who may sign, and what is sealed for whom. */
const kept = /^(?:people|secrets|site|images\.lock)\.yaml$|^services\//;

/** Of site.yaml: what the site is, and who may change it. */
const keptKeys = ["name", "sources"];

/**
 * Makes the tree in which some services are as they were, with the files that they name and what the lock of images said of theirs; all
 * else is as in the base. Nothing of the checkout is touched. Problem: `SERVICE_UNKNOWN`.
 */
export async function compose(git: Git, { base, target, services: asked }: Composition): Promise<Composed> {
  const all = await serviceTexts(git, base, target);
  const known = all.map(({ name }) => name);
  for (const name of asked) if (!known.includes(name)) unknownService(name, known);
  const mine = asked.length === 0 ? all : all.filter(({ name }) => asked.includes(name));
  const others = all.filter((one) => !mine.includes(one));
  const { paths, alsoUsedBy } = pathsOf(mine, others);
  const [lockBase, lockThen, siteBase, siteThen] = await contents(
    git,
    ["images.lock.yaml", "site.yaml"].flatMap((file) => [`${base}:${file}`, `${target}:${file}`]),
  );
  const lock = lockWith(lockBase, lockThen, mine);
  const site =
    asked.length > 0 || siteBase === undefined || siteThen === undefined
      ? undefined
      : withKept(siteThen, siteBase, keptKeys);
  const tree = await treeWith(git, base, target, {
    own: mine.map(({ name }) => `services/${name}.yaml`),
    paths,
    texts: new Map([
      ...(lock === lockBase ? [] : [["images.lock.yaml", lock] as const]),
      ...(site === undefined ? [] : [["site.yaml", site] as const]),
    ]),
  });
  return {
    tree,
    services: mine.map(({ name }) => name),
    changed: await changedBetween(git, base, tree),
    gone: mine.filter(({ before, now }) => before === undefined && now !== undefined).map(({ name }) => name),
    alsoUsedBy,
  };
}

/** Every service of either commit, with its file in both. */
async function serviceTexts(git: Git, base: string, target: string): Promise<readonly ServiceTexts[]> {
  const listed = await Promise.all([base, target].map((commit) => servicesIn(git, commit)));
  const names = [...new Set(listed.flat())].sort();
  const files = names.flatMap((name) => [`${base}:services/${name}.yaml`, `${target}:services/${name}.yaml`]);
  const texts = await contents(git, files);
  return names.map((name, index) => ({ name, now: texts[2 * index], before: texts[2 * index + 1] }));
}

/** The names of the services that a commit has files of. */
export async function servicesIn(git: Git, commit: string): Promise<readonly string[]> {
  const listed = await git.ask(["ls-tree", "--full-tree", "--name-only", "-z", commit, "services/"]);
  return listed.split("\0").flatMap((path) => /^services\/([^/]+)\.yaml$/.exec(path)?.[1] ?? []);
}

/** Services' own files and further paths that are to be as they were, and files with a text of their own (undefined: they go). */
type Wanted = {
  readonly own: readonly string[];
  readonly paths: readonly string[];
  readonly texts: ReadonlyMap<string, string | undefined>;
};

async function treeWith(git: Git, base: string, target: string, { own: files, paths, texts }: Wanted): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), "freehold-rollback-"));
  const options = { env: { ...unattended, GIT_INDEX_FILE: join(scratch, "index") } };
  try {
    await git.ask(["read-tree", base], options);
    const before = await entriesIn(git, base, files, paths);
    const after = await entriesIn(git, target, files, paths);
    const own = await Promise.all(
      [...texts].map(([path, text]) => (text === undefined ? gone(base, path) : written(git, path, text))),
    );
    const lines = [...before.map(({ path }) => gone(base, path)), ...after.map(({ line }) => line), ...own];
    await git.ask(["update-index", "-z", "--index-info"], {
      ...options,
      input: lines.map((line) => `${line}\0`).join(""),
    });
    return await git.ask(["write-tree"], options);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** What a commit has at some paths and below them, but for what no rollback brings back with a path that somebody named. */
async function entriesIn(git: Git, commit: string, own: readonly string[], paths: readonly string[]) {
  if (own.length === 0) return []; // without paths git would list everything
  const listed = await git.ask(["ls-tree", "-r", "-z", "--full-tree", commit, "--", ...own, ...paths]);
  return listed.split("\0").flatMap((line) => {
    const [, mode, id, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    if (path === undefined || (kept.test(path) && !own.includes(path))) return [];
    return [{ path, line: `${mode} ${id}\t${path}` }];
  });
}

/** What takes a file out of an index; ids are as long as the repository has them. git-update-index(1) */
function gone(base: string, path: string): string {
  return `0 ${"0".repeat(base.length)}\t${path}`;
}

async function written(git: Git, path: string, text: string): Promise<string> {
  const id = await git.ask(["hash-object", "-w", "--stdin"], { input: text, env: unattended });
  return `100644 ${id}\t${path}`;
}

const changes = { A: "comes back", D: "goes" } as const;

async function changedBetween(git: Git, base: string, tree: string): Promise<readonly ChangedFile[]> {
  const printed = await git.ask(["diff-tree", "-r", "-z", "--no-renames", "--name-status", base, tree]);
  const cells = printed.split("\0");
  const files: ChangedFile[] = [];
  for (let at = 0; at + 1 < cells.length; at += 2) {
    const state = cells[at];
    files.push({ path: cells[at + 1] ?? "", change: state === "A" || state === "D" ? changes[state] : "changes" });
  }
  return files;
}
