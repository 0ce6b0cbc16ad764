import { constants, copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { isErrno, isThere } from "../lib/fs.ts";
import { fail } from "../lib/problem.ts";
import { nearest } from "../lib/text.ts";

/** One service ready to use. */
export type Entry = { readonly name: string; readonly title: string; readonly text: string };

/** The first lines of an entry: where its schema is (for editors), then what it is. */
const schemaLine = /^# yaml-language-server:.*\n/;

/** Every entry of the catalogue, sorted by name. */
export async function entries(catalog: string): Promise<Entry[]> {
  const files = (await readdir(catalog)).filter((file) => file.endsWith(".yaml")).sort();
  return Promise.all(files.map((file) => entry(catalog, file.slice(0, -".yaml".length))));
}

/** One entry. Problem: `CATALOG_UNKNOWN` with what was meant. */
export async function findEntry(catalog: string, name: string): Promise<Entry> {
  const all = await entries(catalog);
  const found = all.find((it) => it.name === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    all.map((it) => it.name),
  );
  return fail("CATALOG_UNKNOWN", `expected an entry of the catalogue, got "${name}"`, {
    hint: `${near === undefined ? "" : `did you mean ${near}? `}freehold add lists all`,
  });
}

/**
 * Writes an entry into a site as `services/NAME.yaml`, and what goes with it (files under the entry's directory) beside. Files
 * that are there already are kept as they are. Resolves with the files that were written, the service's first. Problem: `ADD_EXISTS`.
 */
export async function addEntry(catalog: string, entry: Entry, site: string, service: string): Promise<string[]> {
  const file = fileOf(service);
  await mkdir(join(site, "services"), { recursive: true });
  const schema = await isThere(join(site, "schema", "service.json"));
  const text = schema ? entry.text : entry.text.replace(schemaLine, "");
  if (!(await writeNew(join(site, file), text))) refuseExisting(entry, service);
  return [file, ...(await copyCompanions(join(catalog, entry.name), site))];
}

/** Makes sure, before anything is made for an entry, that its file is not there. Problem: `ADD_EXISTS`. */
export async function needFree(entry: Entry, site: string, service: string): Promise<void> {
  if (await isThere(join(site, fileOf(service)))) refuseExisting(entry, service);
}

function fileOf(service: string): string {
  return `services/${service}.yaml`;
}

function refuseExisting({ name }: Entry, service: string): never {
  return fail("ADD_EXISTS", `expected no ${fileOf(service)} yet, got one`, {
    hint: `add it under another name: freehold add ${name} --name ${service}-2`,
  });
}

async function entry(catalog: string, name: string): Promise<Entry> {
  const text = await readFile(join(catalog, `${name}.yaml`), "utf8");
  const [, title] = /^# (.+)/.exec(text.replace(schemaLine, "")) ?? [];
  return { name, title: title ?? name, text };
}

async function copyCompanions(from: string, site: string): Promise<string[]> {
  const written: string[] = [];
  for (const path of await filesUnder(from)) {
    const target = join(site, path);
    await mkdir(dirname(target), { recursive: true });
    if (await copyNew(join(from, path), target)) written.push(path);
  }
  return written;
}

async function filesUnder(directory: string): Promise<string[]> {
  try {
    const found = await readdir(directory, { recursive: true, withFileTypes: true });
    return found
      .filter((it) => it.isFile())
      .map((it) => relative(directory, join(it.parentPath, it.name)))
      .sort();
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return [];
    throw thrown;
  }
}

async function writeNew(path: string, text: string): Promise<boolean> {
  return isNew(writeFile(path, text, { flag: "wx" }));
}

async function copyNew(from: string, to: string): Promise<boolean> {
  return isNew(copyFile(from, to, constants.COPYFILE_EXCL));
}

async function isNew(written: Promise<void>): Promise<boolean> {
  try {
    await written;
    return true;
  } catch (thrown) {
    if (isErrno(thrown, "EEXIST")) return false;
    throw thrown;
  }
}
