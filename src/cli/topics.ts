import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { isErrno } from "../lib/fs.ts";
import { fail } from "../lib/problem.ts";
import { nearest } from "../lib/text.ts";
import { docsIn } from "./home.ts";

/** One page that can be read on the terminal. */
export type Topic = { readonly name: string; readonly title: string; readonly file: string };

/** Where pages lie, below `docs/`; of two with one name the first counts. */
const folders = ["", "guides", "reference"];

/** Every page, sorted by name. */
export async function topics(home: string): Promise<Topic[]> {
  const found = new Map<string, Topic>();
  for (const folder of folders) {
    const directory = join(docsIn(home), folder);
    for (const file of (await list(directory)).filter((it) => it.endsWith(".md"))) {
      const name = basename(file, ".md");
      if (!found.has(name)) found.set(name, await topic(name, join(directory, file)));
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The text of a page. Problem: `TOPIC_UNKNOWN`. */
export async function readTopic(home: string, name: string): Promise<string> {
  const all = await topics(home);
  const found = all.find((it) => it.name === name);
  if (found !== undefined) return readFile(found.file, "utf8");
  const near = nearest(name, ["schema", ...all.map((it) => it.name)]);
  return fail("TOPIC_UNKNOWN", `expected a topic, got "${name}"`, {
    hint: `${near === undefined ? "" : `did you mean ${near}? `}freehold docs lists all`,
  });
}

async function topic(name: string, file: string): Promise<Topic> {
  const [, title] = /^# (.+)$/m.exec(await readFile(file, "utf8")) ?? [];
  return { name, title: title ?? name, file };
}

async function list(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return [];
    throw thrown;
  }
}
