import { exec } from "../../../lib/exec.ts";
import type { Finding } from "../../provider.ts";
import { findProgram } from "../prepare.ts";
import { fine, warning } from "./finding.ts";

/** The programs that following a repository needs; without them a site can still be brought up from a directory. */
export type GitFacts = {
  /** What `git --version` says; absent when it is not installed. */
  readonly git?: string;
  readonly sshKeygen: boolean;
  readonly gpg: boolean;
};

/** Looks at git and what it verifies signatures with. */
export async function examineGit(): Promise<readonly Finding[]> {
  const [git, sshKeygen, gpg] = await Promise.all(["git", "ssh-keygen", "gpg"].map(findProgram));
  const version = git === undefined ? undefined : (await exec([git, "--version"], { timeout: 10_000 })).stdout.trim();
  const facts = { sshKeygen: sshKeygen !== undefined, gpg: gpg !== undefined };
  return [judgeGit(version === undefined ? facts : { ...facts, git: version })];
}

/** What follows from these programs. Pure. */
export function judgeGit({ git, sshKeygen, gpg }: GitFacts): Finding {
  const missing = [...(git === undefined ? ["git"] : []), ...(sshKeygen ? [] : ["openssh-client"])];
  const expected = "git 2.39 or later and ssh-keygen, to follow a repository";
  if (git === undefined || missing.length > 0)
    return warning("git", `${missing.join(" and ")} not installed`, expected, `apt-get install ${missing.join(" ")}`);
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(git) ?? [];
  if (Number(major) < 2 || (Number(major) === 2 && Number(minor) < 39))
    return warning("git", git, expected, "upgrade to Debian 12 or later, or install a later git");
  const without = gpg ? "" : ", without gpg: OpenPGP keys cannot sign";
  return fine("git", `${git.replace(" version", "")}, ssh-keygen${gpg ? ", gpg" : without}`);
}
