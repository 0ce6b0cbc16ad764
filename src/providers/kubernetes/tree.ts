import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isErrno } from "../../lib/fs.ts";
import { fail, ProblemError } from "../../lib/problem.ts";
import { digestOfHashes, readTree } from "../../lib/tree.ts";
import type { File } from "../../resource/kinds/file.ts";
import type { TreeFile } from "./translate/translation.ts";

/** Bytes that are read of a tree: nothing as large fits into a cluster's objects. */
const most = 32 * 1024 * 1024;

type TreeContent = Extract<File["content"], { readonly from: "tree" }>;

/**
 * The files of a file resource that is a tree, as the site was loaded with them. Problems: `FILE_CHANGED` (transient) when they are others
 * by now, `FILE_TOO_LARGE`.
 */
export async function readContent({ service }: File, content: TreeContent): Promise<readonly TreeFile[]> {
  const changed = (cause?: unknown): never =>
    fail("FILE_CHANGED", `${content.source} changed while it was read for ${service}`, {
      kind: "transient",
      hint: "run the same command again",
      cause,
    });
  try {
    const entries = await readTree(content.source);
    const size = entries.reduce((sum, entry) => sum + entry.size, 0);
    if (size > most)
      fail("FILE_TOO_LARGE", `expected at most ${most} bytes in ${content.source}, got ${size}`, {
        hint: "put it into an image (build), or into state",
      });
    const files: TreeFile[] = [];
    for (const { path, source, executable } of entries) files.push({ path, executable, bytes: await readFile(source) });
    const hashed = files.map(({ path, executable, bytes }) => ({ path, executable, hash: hashOf(bytes) }));
    return digestOfHashes(hashed) === content.digest ? files : changed();
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR", "EISDIR")) return changed(thrown);
    if (thrown instanceof ProblemError && thrown.problem.code.startsWith("TREE_")) return changed(thrown);
    throw thrown;
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
