import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { assignSlots } from "../../src/features/addresses.ts";
import { compile } from "../../src/features/compile.ts";
import type { Problem } from "../../src/lib/problem.ts";
import type { Resource } from "../../src/resource/resource.ts";
import { load } from "../../src/site/load.ts";

/**
 * A golden case: a file of `site.yaml`, further files of the site each after a line `--- PATH`, then a line of dashes, then
 * exactly what comes of it.
 */
export type Case = {
  /** Relative to the checkout. */
  readonly file: string;
  readonly input: string;
  readonly output: string;
};

/** What a case's site compiles to, and what was said about it. */
export type CompiledCase = { readonly resources: readonly Resource[]; readonly problems: readonly Problem[] };

/** One file of a case's site. */
export type CaseFile = { readonly path: string; readonly bytes: Uint8Array; readonly executable: boolean };

const checkout = resolve(import.meta.dirname, "../..");
const dashes = `${"-".repeat(60)}\n`;

/** All golden cases below a folder of the checkout, of the features unless said, by name. */
export async function readCases(folder = "src/features"): Promise<readonly Case[]> {
  const all = await readdir(join(checkout, folder), { recursive: true });
  const files = all.filter((name) => name.endsWith(".case")).sort();
  return Promise.all(
    files.map(async (name) => {
      const file = join(folder, name);
      const text = await readFile(join(checkout, file), "utf8");
      const end = text.indexOf(`\n${dashes}`);
      if (end < 0) return { file, input: text, output: "" };
      return { file, input: text.slice(0, end + 1), output: text.slice(end + 1 + dashes.length) };
    }),
  );
}

/** Writes a case anew, with other output. */
export async function writeCase({ file, input }: Case, output: string): Promise<void> {
  await writeFile(join(checkout, file), `${input}${dashes}${output}`);
}

/** Loads a case's site from a directory of its own and compiles it. Sources are told as `SITE/…` and `IMAGES/…`. */
export async function compileCase({ input }: Case): Promise<CompiledCase> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-case-"));
  try {
    const images = join(directory, "images-of-freehold");
    const site = join(directory, "site");
    for (const name of ["front", "web", "git", "calendar"])
      await writeAt(join(images, name, "Containerfile"), `FROM scratch\nLABEL name="${name}"\n`);
    for (const [path, text] of siteFiles(input)) await writeAt(join(site, path), text);
    const loaded = await load(site, { images });
    if (loaded.site === undefined) return { resources: [], problems: loaded.problems };
    const names = loaded.site.services.map(({ name }) => name);
    const resources = compile(loaded.site, assignSlots(names, {}, []));
    const told = JSON.stringify(resources).replaceAll(images, "IMAGES").replaceAll(site, "SITE");
    return { resources: JSON.parse(told), problems: loaded.problems };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The files of a case below a path, told as `SITE/…`. A single file has the path "". */
export function treeIn({ input }: Case, source: string): readonly CaseFile[] {
  const top = source.replace("SITE/", "");
  return siteFiles(input)
    .filter(([path]) => path === top || path.startsWith(`${top}/`))
    .map(([path, text]) => ({ path: path.slice(top.length + 1), bytes: Buffer.from(text), executable: false }));
}

function siteFiles(input: string): readonly (readonly [string, string])[] {
  const [first = "", ...others] = input.split(/^--- /m);
  return [
    ["site.yaml", first],
    ...others.map((text) => {
      const end = text.indexOf("\n");
      return [text.slice(0, end).trim(), text.slice(end + 1)] as const;
    }),
  ];
}

async function writeAt(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
