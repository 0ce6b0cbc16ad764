import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { isErrno } from "../lib/fs.ts";
import { nearest } from "../lib/text.ts";
import { isUnreadable, realInside, type Unreadable, unreadable } from "./inside.ts";
import { readSiteFile } from "./read.ts";
import type { Tree } from "./site.ts";
import { readTree } from "./tree.ts";

/** The trees that the site's files name; each is read once, however many name it. */
export type Trees = {
  /** A file or directory of the site. */
  content(path: string): Promise<Tree | Unreadable>;
  /** A directory of the site, to be served. */
  directory(path: string): Promise<Tree | Unreadable>;
  /** A directory of the site with a Containerfile. */
  build(path: string): Promise<Tree | Unreadable>;
  /** The text of a file of the site. */
  text(path: string): Promise<{ readonly text: string } | Unreadable>;
  /** The directory of an image that freehold maintains. */
  maintained(name: string): Promise<Tree | Unreadable>;
};

/** Trees of a site at `root` (without links), with freehold's own images in `images`. */
export function treesOf(root: string, images: string): Trees {
  const read = new Map<string, Promise<Tree | Unreadable>>();
  function once(key: string, start: () => Promise<Tree | Unreadable>): Promise<Tree | Unreadable> {
    const running = read.get(key) ?? start();
    read.set(key, running);
    return running;
  }
  const content = (path: string) => once(path, () => readTree(root, path));
  async function directory(path: string): Promise<Tree | Unreadable> {
    const tree = await content(path);
    return isUnreadable(tree) || (await stat(tree.source)).isDirectory() ? tree : notDirectory(path);
  }
  async function build(path: string): Promise<Tree | Unreadable> {
    const tree = await directory(path);
    return isUnreadable(tree) || (await exists(join(tree.source, "Containerfile"))) ? tree : noContainerfile(path);
  }
  return {
    content,
    directory: (path) => orReason(directory(path)),
    build: (path) => orReason(build(path)),
    text: (path) => readText(root, path),
    maintained: (name) => once(`freehold/${name}`, () => orReason(readMaintained(images, name))),
  };
}

/** Links are followed inside the site. */
async function readText(root: string, path: string): Promise<{ readonly text: string } | Unreadable> {
  const real = await realInside(root, join(root, path));
  if (!isUnreadable(real)) return readSiteFile(root, relative(root, real.path));
  return real.code === "FILE_MISSING"
    ? { ...real, message: `expected a file of the site, got "${path}", which is not there` }
    : real;
}

async function orReason(tree: Promise<Tree | Unreadable>): Promise<Tree | Unreadable> {
  try {
    return await tree;
  } catch (thrown) {
    return unreadable(thrown);
  }
}

async function readMaintained(images: string, name: string): Promise<Tree | Unreadable> {
  if (await exists(join(images, name, "Containerfile"))) return readTree(images, name);
  const known = await namesIn(images);
  const near = nearest(name, known);
  return {
    code: "IMAGE_UNKNOWN",
    message: `expected an image that freehold maintains, got "freehold/${name}"`,
    hint: near === undefined ? `there are ${known.join(", ")}` : `did you mean freehold/${near}?`,
  };
}

async function namesIn(images: string): Promise<string[]> {
  const entries = await readdir(images, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return false;
    throw thrown;
  }
}

function notDirectory(path: string): Unreadable {
  return {
    code: "FILE_NOT_PLAIN",
    message: `expected a directory, got the file "${path}"`,
    hint: "name the directory",
  };
}

function noContainerfile(path: string): Unreadable {
  return {
    code: "FILE_MISSING",
    message: `expected a Containerfile in "${path}", got none`,
    hint: `write ${path}/Containerfile`,
  };
}
