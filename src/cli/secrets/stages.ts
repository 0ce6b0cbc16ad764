import { exec } from "../../lib/exec.ts";
import type { VersionTexts } from "../../secrets/versions.ts";

/** The versions of secrets.yaml in a directory that git could not merge; undefined when it is not in the middle of that. */
export async function stages(directory: string): Promise<VersionTexts | undefined> {
  const listed = await exec(["git", "ls-files", "--unmerged", "--", "secrets.yaml"], { cwd: directory });
  if (listed.code !== 0 || listed.stdout === "") return undefined;
  const [base, ours, theirs] = await Promise.all([1, 2, 3].map((stage) => textAt(directory, stage)));
  return { base: base ?? "", ours: ours ?? "", theirs: theirs ?? "" };
}

/** Nothing when there is none: the two sides have no common version, or one removed the file. */
async function textAt(directory: string, stage: number): Promise<string> {
  const { code, stdout } = await exec(["git", "show", `:${stage}:./secrets.yaml`], { cwd: directory });
  return code === 0 ? stdout : "";
}
