import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Git, unattended } from "../git.ts";

/** One file, and what becomes of it. */
export type ChangedFile = { readonly path: string; readonly change: "comes back" | "changes" | "goes" };

/** What no rollback brings back by itself: who people are, who may sign, and what is sealed for whom. */
const kept = /^(?:people|secrets|site|images\.lock)\.yaml$|^services\//;

/** Services' own files and further paths that are to be as they were, and files with a text of their own (undefined: they go). */
export type Wanted = {
  readonly own: readonly string[];
  readonly paths: readonly string[];
  readonly texts: ReadonlyMap<string, string | undefined>;
};

/** A tree like the base's, with some files as the target has them. It is composed in an index of its own. */
export async function treeWith(git: Git, base: string, target: string, wanted: Wanted): Promise<string> {
  const { own: files, paths, texts } = wanted;
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

/** The files in which two trees differ, by path. */
export async function changedBetween(git: Git, base: string, tree: string): Promise<readonly ChangedFile[]> {
  const printed = await git.ask(["diff-tree", "-r", "-z", "--no-renames", "--name-status", base, tree]);
  const cells = printed.split("\0");
  const files: ChangedFile[] = [];
  for (let at = 0; at + 1 < cells.length; at += 2) {
    const state = cells[at];
    files.push({ path: cells[at + 1] ?? "", change: state === "A" || state === "D" ? changes[state] : "changes" });
  }
  return files;
}
