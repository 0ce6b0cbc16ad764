import { realpath } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { exec } from "../../lib/exec.ts";
import { isErrno, readIfThere, writeAtomically } from "../../lib/fs.ts";
import { ProblemError } from "../../lib/problem.ts";
import type { Context } from "../command.ts";

const driver = "freehold-secrets";
const why = "# git merges these secret by secret; in another clone freehold secrets merge sets that up.";
const lines = [`/secrets.yaml merge=${driver}`, `/.sops.yaml merge=${driver}`];

/**
 * Has git merge the secrets.yaml of a site's directory by freehold: writes the directory's .gitattributes, which belongs into the
 * repository, and the repository's own configuration, which does not. May be done again. Without a repository nothing is written.
 */
export async function installMergeDriver(
  directory: string,
  { home, env, signal }: Pick<Context, "home" | "env" | "signal">,
): Promise<"installed" | "no repository"> {
  const git = async (...words: readonly string[]): Promise<number> =>
    (await exec(["git", ...words], { cwd: directory, signal })).code;
  try {
    if ((await git("rev-parse", "--is-inside-work-tree")) !== 0) return "no repository";
    const program = await programName(join(home, "bin/freehold"), env.PATH ?? "");
    await git("config", `merge.${driver}.name`, "freehold, secret by secret");
    await git("config", `merge.${driver}.driver`, `${program} secrets merge %O %A %B %L %P`);
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.problem.code === "PROGRAM_MISSING") return "no repository";
    throw thrown;
  }
  await addAttributes(join(directory, ".gitattributes"));
  return "installed";
}

async function addAttributes(path: string): Promise<void> {
  const held = (await readIfThere(path)) ?? "";
  const missing = lines.filter((line) => !held.split("\n").includes(line));
  if (missing.length === 0) return;
  const before = held === "" || held.endsWith("\n") ? held : `${held}\n`;
  await writeAtomically(path, `${before}${[why, ...missing].join("\n")}\n`, 0o644);
}

/** How git's shell calls freehold: by its name where that is this one, so that it stays right when freehold moves. */
async function programName(own: string, path: string): Promise<string> {
  for (const directory of path.split(delimiter).filter((it) => it !== "")) {
    try {
      if ((await realpath(join(directory, "freehold"))) === (await realpath(own))) return "freehold";
    } catch (thrown) {
      if (!isErrno(thrown, "ENOENT", "ENOTDIR", "EACCES", "ELOOP")) throw thrown;
    }
  }
  return `'${own.replaceAll("'", "'\\''")}'`;
}
