import { fail } from "../lib/problem.ts";
import { shorten, visible } from "../lib/text.ts";
import { gitOrFail } from "./git.ts";
import type { Store } from "./objects.ts";
import { needCommitId } from "./repository.ts";

/** A file or a link of a revision. */
export type RevisionEntry = {
  readonly kind: "file" | "program" | "link";
  /** Relative, with forward slashes, without `.` and `..`. */
  readonly path: string;
  readonly id: string;
  /** Bytes. */
  readonly size: number;
};

/** What a revision may hold at most. */
export const revisionLimits = { files: 20_000, bytes: 2 * 1024 ** 3, levels: 64, link: 4096 } as const;

/**
 * The files and links of a revision. Names may be strange, but lead nowhere else. Problems: `REVISION_SUBMODULE`, `REVISION_PATH`,
 * `REVISION_TOO_LARGE`.
 */
export async function entriesOf({ repository, quarantine }: Store, commit: string): Promise<RevisionEntry[]> {
  needCommitId(commit);
  const printed = await gitOrFail(repository, ["ls-tree", "-r", "-z", "--long", "--full-tree", commit], {
    quarantine,
    most: revisionLimits.files * 512,
  });
  const entries = printed.toString("utf8").split("\0").slice(0, -1).map(entryOf);
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  if (entries.length > revisionLimits.files)
    tooLarge(`at most ${revisionLimits.files} files`, `${entries.length} files`);
  if (bytes > revisionLimits.bytes) tooLarge("at most 2 GiB", `${bytes} bytes`);
  needOneEach(entries);
  return entries;
}

function entryOf(line: string): RevisionEntry {
  const [, mode, type, id = "", size = "", path = ""] =
    /^(\d{6}) (\w+) ([0-9a-f]{40,64}) +(\d+|-)\t([\s\S]*)$/.exec(line) ?? [];
  if (type === "commit")
    fail("REVISION_SUBMODULE", `expected files, got a submodule: ${shown(path)}`, {
      hint: `copy its files into the site: git rm --cached ${shown(path)}, then git add its files`,
    });
  const kind =
    mode === "120000" ? "link" : mode === "100755" ? "program" : mode?.startsWith("1006") ? "file" : undefined;
  if (
    kind === undefined ||
    type !== "blob" ||
    !isPlain(path) ||
    (kind === "link" && Number(size) > revisionLimits.link)
  )
    fail("REVISION_PATH", `expected files with plain names, got ${shown(path)}`, {
      hint: "rename it, or take it out of the repository",
    });
  return { kind, path, id, size: Number(size) };
}

/** Not above, not absolute, not git's own, and no bytes that are not UTF-8 (which would come out as another name). */
function isPlain(path: string): boolean {
  const parts = path.split("/");
  return (
    !path.includes("\ufffd") &&
    parts.length <= revisionLimits.levels &&
    parts.every(
      (part) =>
        part !== "" && part !== "." && part !== ".." && part.toLowerCase() !== ".git" && Buffer.byteLength(part) <= 255,
    )
  );
}

/** A tree that was made by hand may name a thing twice, or have files below a file. */
function needOneEach(entries: readonly RevisionEntry[]): void {
  const all = new Set<string>();
  for (const { path } of entries) {
    if (all.has(path)) twice(path);
    all.add(path);
  }
  const directories = new Set(entries.flatMap(({ path }) => above(path)));
  for (const path of directories) if (all.has(path)) twice(path);
}

function above(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

function twice(path: string): never {
  return fail("REVISION_PATH", `expected each name once, got ${shown(path)} twice`, { hint: "git fsck says more" });
}

function tooLarge(expected: string, got: string): never {
  return fail("REVISION_TOO_LARGE", `expected a revision of ${expected}, got ${got}`, {
    hint: "a site's repository says what runs; keep data in state",
  });
}

function shown(path: string): string {
  return `"${shorten(visible(path), 100)}"`;
}
