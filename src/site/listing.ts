import type { Dirent } from "node:fs";
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../lib/fs.ts";
import { type Problem, problem } from "../lib/problem.ts";
import { nearest } from "../lib/text.ts";
import { isUnreadable, realInside, unreadable } from "./inside.ts";
import { placeIn, serviceEntry, stranger } from "./service-entry.ts";

/** What a site's directory holds, by the names of its files alone. */
export type Listing = {
  /** Absolute, without links. */
  readonly root: string;
  readonly hasPeople: boolean;
  readonly hasSecrets: boolean;
  readonly hasImagesLock: boolean;
  /** Sorted. Each is `services/NAME.yaml`. */
  readonly services: readonly string[];
  /** Services that have a file which cannot be used, whatever is in it. */
  readonly broken: readonly string[];
  readonly problems: readonly Problem[];
};

/** Lists a site. Without a site.yaml there is no site: then only problems. */
export async function listSite(directory: string): Promise<Listing | { readonly problems: readonly Problem[] }> {
  try {
    const root = await realpath(directory);
    const top = await readdir(root, { withFileTypes: true });
    const names = new Set(top.map(({ name }) => name));
    if (!names.has("site.yaml")) return { problems: [noSite(names)] };
    const services = names.has("services") ? await listServices(root) : nothing;
    const problems = [...topProblems(names), ...services.problems];
    return {
      ...services,
      root,
      hasPeople: names.has("people.yaml"),
      hasSecrets: names.has("secrets.yaml"),
      hasImagesLock: names.has("images.lock.yaml"),
      problems,
    };
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return { problems: [noSite(new Set())] };
    const { code, ...rest } = unreadable(thrown);
    return { problems: [problem(code, rest.message, { ...rest, place: placeIn(".") })] };
  }
}

const nothing = { services: [], broken: [], problems: [] };

function noSite(names: ReadonlySet<string>): Problem {
  const hint = names.has("site.yml")
    ? "rename site.yml to site.yaml"
    : "go into a site's directory, name it with --site, or make one: freehold init";
  return problem("SITE_NOT_FOUND", "expected a directory with a site.yaml, got one without", { hint });
}

/** Files of freehold's at the top: only those that a person may have meant otherwise. All others are theirs. */
function topProblems(names: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  for (const wrong of ["site.yml", "people.yml", "secrets.yml", "images.lock.yml"])
    if (names.has(wrong))
      problems.push(stranger(wrong, `rename it to ${wrong.replace(".yml", ".yaml")}, or remove it`));
  for (const name of names) {
    if (name !== "services" && !names.has("services") && nearest(name, ["services"]) !== undefined)
      problems.push(stranger(name, "rename it to services"));
  }
  return problems;
}

async function listServices(root: string): Promise<Pick<Listing, "services" | "broken" | "problems">> {
  const directory = await realInside(root, join(root, "services"));
  if (isUnreadable(directory)) {
    const { code, ...rest } = directory;
    return { ...nothing, problems: [problem(code, rest.message, { ...rest, place: placeIn("services") })] };
  }
  const services: string[] = [];
  const broken: string[] = [];
  const problems: Problem[] = [];
  for (const entry of await entriesOf(directory.path, problems)) {
    const found = serviceEntry(entry);
    if (found.problem !== undefined) problems.push(found.problem);
    if (found.broken !== undefined) broken.push(found.broken);
    if (found.service !== undefined) services.push(found.service);
  }
  return { services, broken, problems };
}

async function entriesOf(directory: string, problems: Problem[]): Promise<Dirent[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (thrown) {
    const { code, ...rest } = isErrno(thrown, "ENOTDIR") ? notDirectory : unreadable(thrown);
    problems.push(problem(code, rest.message, { ...rest, place: placeIn("services") }));
    return [];
  }
}

const notDirectory = {
  code: "FILE_NOT_PLAIN",
  message: "expected a directory, got a file",
  hint: "make services a directory with a file for each service",
};
