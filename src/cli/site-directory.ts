import { access, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isErrno } from "../lib/fs.ts";
import { fail } from "../lib/problem.ts";
import type { Context, Input } from "./command.ts";

type Where = Pick<Context, "cwd">;

/** The site that a command is about: `--site`, else the nearest directory upwards with a site.yaml. Problem: `SITE_NOT_FOUND`. */
export async function siteDirectory({ cwd }: Where, input: Input): Promise<string> {
  const asked = input.option("--site");
  if (asked !== undefined) return directoryAt(resolve(cwd, asked), asked);
  const found = await nearestSite(cwd);
  return (
    found ??
    fail("SITE_NOT_FOUND", `expected a site.yaml in ${cwd} or above it, got none`, {
      hint: "cd into a site, name one by --site DIR, or make one: freehold init NAME --domain DOMAIN",
    })
  );
}

/** The nearest directory upwards that has a site.yaml. */
export async function nearestSite(from: string): Promise<string | undefined> {
  for (let directory = from; ; directory = dirname(directory)) {
    if (await exists(join(directory, "site.yaml"))) return directory;
    if (dirname(directory) === directory) return undefined;
  }
}

async function directoryAt(path: string, asked: string): Promise<string> {
  try {
    if ((await stat(path)).isDirectory()) return path;
  } catch (cause) {
    if (!isErrno(cause, "ENOENT", "ENOTDIR", "EACCES", "ELOOP", "ENAMETOOLONG")) throw cause;
    return fail("SITE_NOT_FOUND", `expected a site's directory, got "${asked}", which is not there`, { cause });
  }
  return fail("SITE_NOT_FOUND", `expected a site's directory, got "${asked}", which is a file`);
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR", "EACCES", "ELOOP", "ENAMETOOLONG")) return false;
    throw thrown;
  }
}
