import { type Problem, problem } from "../lib/problem.ts";
import type { Draft } from "./assemble/draft.ts";
import { bounded } from "./bounded.ts";
import { asksForLock, type Lock, lockedService } from "./images/locked.ts";
import { isUnreadable } from "./inside.ts";
import { listSite } from "./listing.ts";
import { loadImagesLock, loadPeople, loadSecrets, loadService, loadSiteFile, locateAll } from "./load-file.ts";
import { compareServices } from "./references.ts";
import type { OwnImages, Service, Site } from "./site.ts";
import { type Trees, treesOf } from "./trees.ts";

/** A site as far as it could be read. */
export type Loaded = {
  /** Without the services whose files have errors. Absent when site.yaml or people.yaml is broken. */
  readonly site?: Site;
  /** Errors and warnings of all files, in file order. */
  readonly problems: readonly Problem[];
  /** Services whose files have errors, sorted: they are left as they run. */
  readonly broken: readonly string[];
  /** What images.lock.yaml pins; absent when it is broken. */
  readonly lock?: Lock;
  /** Every file that was read, relative to the site. */
  readonly files: readonly string[];
};

/** How many files are read at one time. */
const atOnce = 16;

/**
 * Reads a site's directory and checks everything in it. Never throws for what a person wrote, or for what the file system
 * says. `images` is the directory of the images that freehold maintains.
 */
export async function load(directory: string, options: { readonly images: string }): Promise<Loaded> {
  const listing = await listSite(directory);
  if (!("root" in listing)) return { problems: listing.problems, broken: [], files: [] };
  const { root } = listing;
  const secrets = listing.hasSecrets
    ? await loadSecrets(root)
    : { file: "secrets.yaml", read: false, value: { values: {}, keys: [] }, problems: [] };
  const secretNames = secrets.value && new Set(Object.keys(secrets.value.values));
  const head = await loadSiteFile(root, secretNames);
  const lock = listing.hasImagesLock
    ? await loadImagesLock(root)
    : { file: "images.lock.yaml", read: false, value: {}, problems: [] };
  const domains = head.value === undefined ? [] : [head.value.domain, ...head.value.domains];
  const people = listing.hasPeople
    ? await loadPeople(root, domains)
    : { file: "people.yaml", read: false, value: [], problems: [] };
  const trees = treesOf(root, options.images);
  const own = await ownImages(trees);
  const context = { root, domains, trees };
  const files = await bounded(listing.services, atOnce, (file) => loadService(file, context));

  const names = [...files.map(({ file }) => nameOf(file)), ...listing.broken];
  const drafts = files.flatMap(({ value }) => value ?? []);
  const checked = compareServices(drafts, names, {
    domains,
    front: head.value?.front,
    engine: head.value?.engine,
    secrets: secretNames,
    webhook: head.value?.sources?.webhook === undefined ? undefined : `hooks.${head.value.domain}`,
  });
  const problems = [
    ...(own === undefined ? [ownImagesMissing(options.images)] : []),
    ...listing.problems,
    ...head.problems,
    ...people.problems,
    ...secrets.problems,
    ...lock.problems,
    ...files.flatMap((file) => file.problems),
    ...checked.flatMap(({ draft, mistakes }) => locateAll(draft.source, mistakes)),
  ].sort(byPlace);

  const wrong = new Set(problems.flatMap(({ severity, place }) => (severity === "error" && place ? [place.file] : [])));
  const broken = [
    ...new Set([
      ...listing.broken,
      ...listing.services.filter((file) => wrong.has(file)).map(nameOf),
      ...(secrets.value === undefined ? drafts.filter(asksForSecrets).map(({ service }) => service.name) : []),
      ...(lock.value === undefined
        ? drafts.filter(({ service }) => asksForLock(service)).map(({ service }) => service.name)
        : []),
    ]),
  ].sort();
  const without = new Set(broken);
  const services = checked
    .filter(({ service }) => !without.has(service.name))
    .map(({ service }) => lockedService(service, lock.value ?? {}));
  return {
    ...(own &&
      head.value &&
      people.value && {
        site: siteOf({
          ...head.value,
          people: people.value,
          services,
          secrets: secrets.value ?? { values: {}, keys: [] },
          images: own,
        }),
      }),
    problems,
    broken,
    ...(lock.value && { lock: lock.value }),
    files: [head, people, secrets, lock, ...files].filter(({ read }) => read).map(({ file }) => file),
  };
}

function asksForSecrets({ secrets }: Draft): boolean {
  return secrets.length > 0;
}

/** The images that every site runs on. */
async function ownImages(trees: Trees): Promise<OwnImages | undefined> {
  const front = await trees.maintained("front");
  const web = await trees.maintained("web");
  return isUnreadable(front) || isUnreadable(web) ? undefined : { front, web };
}

function ownImagesMissing(images: string): Problem {
  return problem("OWN_IMAGES_MISSING", `expected freehold's own images front and web in ${images}, got none`, {
    kind: "bug",
    hint: "fetch freehold again: its directory images is not whole",
  });
}

function siteOf(site: Site): Site {
  const services: Service[] = [...site.services].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...site, services };
}

function nameOf(file: string): string {
  return file.slice("services/".length, -".yaml".length);
}

/** site.yaml and people.yaml first, then by name; in a file from top to bottom. Problems of the whole site stand first. */
function byPlace(a: Problem, b: Problem): number {
  if (a.place === undefined || b.place === undefined)
    return Number(a.place !== undefined) - Number(b.place !== undefined);
  const order = rank(a.place.file) - rank(b.place.file);
  if (order !== 0) return order;
  if (a.place.file !== b.place.file) return a.place.file < b.place.file ? -1 : 1;
  return a.place.line - b.place.line || a.place.column - b.place.column;
}

function rank(file: string): number {
  const known = ["site.yaml", "people.yaml", "secrets.yaml", "images.lock.yaml"].indexOf(file);
  return known < 0 ? 4 : known;
}
