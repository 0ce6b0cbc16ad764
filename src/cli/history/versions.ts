import { type Setting, settingsOf } from "../../site/settings.ts";
import { contents } from "../contents.ts";
import type { Git } from "../git.ts";

/** One version of a file: a commit that changed it, and those before it that did. */
export type Version = {
  readonly commit: string;
  /** The commits before it that changed the file, not its parents in the whole history. */
  readonly parents: readonly string[];
  /** By path; empty when the file was not there, undefined when nobody can read it. */
  readonly settings: ReadonlyMap<string, Setting> | undefined;
};

/** So many versions of one file are looked at, from the newest on. */
const most = 5000;

/** The versions of a file up to a commit, a commit always before those that it builds on. `file` is relative to where git runs. */
export async function versionsOf(git: Git, file: string, commit: string): Promise<readonly Version[]> {
  const listed = await git.ask([
    ...["log", "--topo-order", "--parents", "--format=%H %P"],
    ...[`--max-count=${most}`, "--end-of-options", commit, "--", file],
  ]);
  const lines = listed.split("\n").filter((line) => line !== "");
  const commits = lines.map((line) => line.split(" "));
  const prefix = await git.ask(["rev-parse", "--show-prefix"]);
  const texts = await contents(
    git,
    commits.map(([id]) => `${id}:${prefix}${file}`),
  );
  return commits.map(([id = "", ...parents], index) => {
    const text = texts[index];
    return { commit: id, parents: parents.filter((parent) => parent !== ""), settings: read(file, text) };
  });
}

function read(file: string, text: string | undefined): Version["settings"] {
  if (text === undefined) return new Map();
  const settings = settingsOf(file, text);
  return settings && new Map(settings.map((setting) => [setting.path, setting]));
}
