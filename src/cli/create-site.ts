import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { exec } from "../lib/exec.ts";
import { isErrno } from "../lib/fs.ts";
import { fail, ProblemError } from "../lib/problem.ts";
import { readHost } from "../site/schema/host.ts";
import { label, labelExpected, labelHint } from "../site/schema/name.ts";
import { peopleYaml, siteYaml, writeSchemas } from "./new-files.ts";

/** What a new site starts with. */
export type NewSite = {
  readonly domain: string | undefined;
  /** The person's login name on this machine. */
  readonly user: string | undefined;
  /** The person's home directory on this machine, where a public key may be. */
  readonly userHome: string | undefined;
  readonly signal: AbortSignal;
};

/** What was made. */
export type MadeSite = {
  readonly person: string;
  /** The file of the public key that was put in people.yaml, relative to the person's home. */
  readonly key?: string;
  readonly git: "made" | "there" | "not installed";
};

/**
 * Makes the files of a new site in a directory, which is made too; the directory's name is the site's. Overwrites nothing.
 * Problems: `NAME_INVALID`, `DOMAIN_INVALID`, `USAGE_OPTION` without a domain, `INIT_EXISTS`.
 */
export async function createSite(directory: string, wanted: NewSite): Promise<MadeSite> {
  const name = siteName(basename(directory));
  const domain = siteDomain(wanted.domain);
  const person = personOf(wanted.user);
  const key = wanted.userHome === undefined ? undefined : await publicKey(wanted.userHome);
  await refuseExisting(directory);
  await mkdir(join(directory, "services"), { recursive: true });
  await writeNew(join(directory, "site.yaml"), siteYaml(name, domain));
  await writeNew(join(directory, "people.yaml"), peopleYaml(person, key?.line));
  await writeSchemas(join(directory, "schema"));
  return { person, ...(key && { key: key.file }), git: await gitInit(directory, wanted.signal) };
}

function siteName(name: string): string {
  if (label.test(name)) return name;
  const hint = labelHint(name);
  return fail("NAME_INVALID", `expected ${labelExpected}, got "${name}"`, hint === undefined ? {} : { hint });
}

function siteDomain(domain: string | undefined): string {
  if (domain === undefined) {
    return fail("USAGE_OPTION", "expected --domain DOMAIN: the name under which the site's services are found", {
      hint: "--domain example.org, or --domain home.localhost for this machine's own browser only",
    });
  }
  return (
    readHost(domain) ??
    fail("DOMAIN_INVALID", `expected a domain such as example.org, got "${domain}"`, {
      hint: "write the name alone, in letters a to z, without https:// and without a path",
    })
  );
}

/** The login name as a name of the site's language. */
export function personOf(user: string | undefined): string {
  const name = (user ?? "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 63);
  return label.test(name) ? name : "me";
}

/** The first public key that a person has, without its comment. */
async function publicKey(userHome: string): Promise<{ readonly file: string; readonly line: string } | undefined> {
  for (const file of [".ssh/id_ed25519.pub", ".ssh/id_ecdsa.pub", ".ssh/id_rsa.pub"]) {
    const [line] = /^[a-z0-9-]+ [A-Za-z0-9+/=]+/.exec(await readIfThere(join(userHome, file))) ?? [];
    if (line !== undefined) return { file, line };
  }
  return undefined;
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "EACCES", "ENOTDIR", "EISDIR")) return "";
    throw thrown;
  }
}

async function refuseExisting(directory: string): Promise<void> {
  for (const file of ["site.yaml", "people.yaml"]) {
    if ((await readIfThere(join(directory, file))) !== "") refuse(join(directory, file));
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: "wx", mode: 0o644 });
  } catch (thrown) {
    if (isErrno(thrown, "EEXIST")) refuse(path);
    throw thrown;
  }
}

function refuse(path: string): never {
  return fail("INIT_EXISTS", `expected a directory without a site in it, got ${path}`, {
    hint: "take another name, or work in the site that is there: freehold check",
  });
}

async function gitInit(directory: string, signal: AbortSignal): Promise<MadeSite["git"]> {
  try {
    const inside = await exec(["git", "rev-parse", "--is-inside-work-tree"], { cwd: directory, signal });
    if (inside.code === 0) return "there";
    await exec(["git", "init", "--quiet", "--initial-branch=main", "."], { cwd: directory, signal });
    return "made";
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.problem.code === "PROGRAM_MISSING") return "not installed";
    throw thrown;
  }
}
