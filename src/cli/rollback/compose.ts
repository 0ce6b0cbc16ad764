import { withKept } from "../../site/kept-keys.ts";
import { contents } from "../contents.ts";
import type { Git } from "../git.ts";
import { unknownService } from "../narrow.ts";
import { lockWith } from "./image-lock.ts";
import { pathsOf, type ServiceTexts } from "./paths.ts";
import { type ChangedFile, changedBetween, treeWith } from "./tree.ts";

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
