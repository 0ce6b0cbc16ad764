import { type ExecBytesOptions, type ExecBytesResult, execBytes } from "../lib/exec-bytes.ts";
import { fail } from "../lib/problem.ts";
import { shorten, visible } from "../lib/text.ts";
import type { Quarantine } from "./quarantine.ts";

/** How git is run. */
export type GitOptions = Omit<ExecBytesOptions, "env"> & {
  readonly quarantine?: Quarantine | undefined;
  /** Settings for this run alone. They never stand in the argument list, so they may be secret. */
  readonly config?: readonly (readonly [key: string, value: string])[];
  /** Bytes of the largest file that it may write; prlimit(1). */
  readonly largestFile?: number;
  /** Further variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
};

/**
 * What holds for every git that we run, whatever a repository's own configuration says: it starts no program but those that verify, asks
 * nobody, follows no replaced objects, and reads neither the machine's nor a person's settings. git-config(1), git(1).
 */
const settings: readonly (readonly [string, string])[] = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.attributesFile", "/dev/null"],
  ["core.alternateRefsCommand", "true"],
  ["core.useReplaceRefs", "false"],
  ["credential.helper", ""],
  ["gpg.program", "gpg"],
  ["gpg.openpgp.program", "gpg"],
  ["gpg.x509.program", "false"],
  ["gpg.ssh.program", "ssh-keygen"],
  ["log.showSignature", "false"],
  ["log.mailmap", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["submodule.recurse", "false"],
];

const environment = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_NO_LAZY_FETCH: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_DEFAULT_REF_FORMAT: "files", // of a new repository, by a git to come
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "false",
  SSH_ASKPASS_REQUIRE: "never",
  GIT_ALLOW_PROTOCOL: "file:https:ssh",
  HOME: "/nonexistent",
  LC_ALL: "C",
};

/** Runs git in a bare repository, by fixed rules. Problems: those of `execBytes`. */
export function git(
  repository: string,
  args: readonly [string, ...string[]],
  { quarantine, config = [], env, largestFile, ...rest }: GitOptions = {},
): Promise<ExecBytesResult> {
  const all = [...settings, ...config];
  const numbered = all.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  const argv = ["git", `--git-dir=${repository}`, ...args] as const;
  return execBytes(largestFile === undefined ? argv : ["prlimit", `--fsize=${largestFile}`, ...argv], {
    ...rest,
    env: {
      PATH: process.env.PATH ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      ...environment,
      ...env,
      ...quarantine,
      GIT_CONFIG_COUNT: String(all.length),
      ...Object.fromEntries(numbered),
    },
  });
}

/** The same for what must end with 0; resolves with what it printed. Problem: `GIT_FAILED` with its last words. */
export async function gitOrFail(
  repository: string,
  args: readonly [string, ...string[]],
  options: GitOptions = {},
): Promise<Buffer> {
  const { code, stdout, stderr } = await git(repository, args, options);
  return code === 0 ? stdout : gitFailed(args[0], stderr);
}

/** Says that git failed at something, by its own last words. */
export function gitFailed(what: string, stderr: string): never {
  const words = stderr
    .trim()
    .split("\n")
    .slice(-5)
    .map((line) => shorten(visible(line), 200));
  return fail("GIT_FAILED", `expected git ${what} to work, got "${words.at(-1) ?? ""}"`, {
    kind: "transient",
    detail: words,
  });
}
