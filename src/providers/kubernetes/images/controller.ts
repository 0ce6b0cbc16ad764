import { cp, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isThere } from "../../../lib/fs.ts";
import { at, parseJson } from "../../../lib/json.ts";
import { fail } from "../../../lib/problem.ts";
import { readTree, type TreeEntry, treeDigest } from "../../../lib/tree.ts";
import type { Image } from "../../../resource/kinds/image.ts";

/** What freehold needs of its own directory to run; tests stay behind. */
const parts = ["package.json", "bin", "catalog", "docs", "images", "schema", "scripts", "src"] as const;

/**
 * The image that freehold itself runs from in a cluster: what is installed at `home`, and the modules that it runs with there. It is built
 * for this machine's processor. Its context is put together below `directory`, once for each state of the installation.
 * Problem: `INSTALLATION_BROKEN`.
 */
export async function controllerImage(home: string, directory: string): Promise<Image> {
  const modules = await productModules(home);
  const entries = await installed(home);
  const digest = await treeDigest(entries);
  const context = join(directory, digest.slice(0, 12));
  if (!(await isThere(context))) await assemble(home, modules, entries, context);
  return {
    kind: "image",
    id: "image/front/controller",
    service: "front",
    needs: [],
    reference: `localhost/freehold/controller:${digest.slice(0, 12)}`,
    source: { from: "build", context, digest },
  };
}

/** Files of the installation, sorted; which modules there are is in the lock file. */
async function installed(home: string): Promise<readonly TreeEntry[]> {
  const trees = await Promise.all(
    [...parts, "package-lock.json"].map(async (part) => {
      const entries = await readTree(join(home, part));
      return entries.map((entry) => ({ ...entry, path: entry.path === "" ? part : `${part}/${entry.path}` }));
    }),
  );
  return trees.flat().filter(({ path }) => !/\.test\.ts$|(^|\/)cases\//.test(path));
}

/** The directories of the modules that the lock file wants for running, as far as they are there: of Node's, one is, for this processor. */
async function productModules(home: string): Promise<readonly string[]> {
  const lock = parseJson(await readFile(join(home, "package-lock.json"), "utf8"));
  const packages = at(lock, "packages");
  if (typeof packages !== "object" || packages === null)
    return fail("INSTALLATION_BROKEN", `expected ${home}/package-lock.json to name modules, got none`, {
      hint: "fetch freehold again",
    });
  const wanted = Object.entries(packages).filter(([path, entry]) => path !== "" && at(entry, "dev") !== true);
  const there = await Promise.all(wanted.map(([path]) => isThere(join(home, path))));
  return wanted.flatMap(([path], index) => (there[index] === true ? [path] : []));
}

/** Whole or not at all: two that do it at once make the same. */
async function assemble(
  home: string,
  modules: readonly string[],
  entries: readonly TreeEntry[],
  context: string,
): Promise<void> {
  const beside = `${context}.${process.pid}`;
  await rm(beside, { recursive: true, force: true });
  for (const { path, source } of entries) {
    await mkdir(join(beside, "freehold", path, ".."), { recursive: true });
    await cp(source, join(beside, "freehold", path));
  }
  for (const path of modules) {
    // What stands in a module's own node_modules is named by itself, or is not for running. Of Node, the program is enough.
    const leaves = path.startsWith("node_modules/node-") ? /\/(include|share)$|\.md$/ : /\/node_modules$|\.(md|map)$/;
    await cp(join(home, path), join(beside, "modules", path.slice("node_modules/".length)), {
      recursive: true,
      filter: (source) => !leaves.test(source),
    });
  }
  await mkdir(join(beside, "modules/.bin"), { recursive: true });
  await cp(join(home, "node_modules/.bin/node"), join(beside, "modules/.bin/node"), { verbatimSymlinks: true });
  await cp(join(home, "images/controller/Containerfile"), join(beside, "Containerfile"));
  await rename(beside, context).catch(async (thrown: unknown) => {
    await rm(beside, { recursive: true, force: true });
    if (!(await isThere(context))) throw thrown;
  });
}
