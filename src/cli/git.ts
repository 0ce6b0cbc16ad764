import { type ExecResult, exec } from "../lib/exec.ts";
import { fail } from "../lib/problem.ts";

/** How one call of git differs from the others. */
export type GitOptions = {
  readonly input?: string;
  /** Another directory than the repository's. */
  readonly cwd?: string;
  /** Beyond the repository's own environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds; default 60,000. */
  readonly timeout?: number;
  readonly onLine?: (line: string) => void;
};

/** Git in one repository, as the person has set it up there: who signs, and how remotes are reached. */
export type Git = {
  /** Where it runs. */
  readonly directory: string;
  /** What it printed, without the end of the last line. Problem: `GIT_FAILED` with its last words. */
  ask(args: readonly string[], options?: GitOptions): Promise<string>;
  /** The same when another code than 0 is an answer too. */
  try(args: readonly string[], options?: GitOptions): Promise<ExecResult>;
};

/** What would lead git elsewhere, as it does for programs that its own hooks start. */
const elsewhere = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"];

/** What a person has set for their eyes would confuse a program. */
const plain = [
  ...["--no-pager", "--no-replace-objects", "--literal-pathspecs"],
  ...["-c", "color.ui=false", "-c", "log.showSignature=false", "-c", "core.quotePath=false"],
] as const;

/** For work on files of our own: the person's hooks are not called, and the ends of lines stay as they are. */
export const unattended = {
  GIT_CONFIG_COUNT: "2",
  GIT_CONFIG_KEY_0: "core.hooksPath",
  GIT_CONFIG_VALUE_0: "/dev/null",
  GIT_CONFIG_KEY_1: "core.autocrlf",
  GIT_CONFIG_VALUE_1: "false",
} as const;

/** Git in a directory. */
export function gitIn(directory: string, env: Readonly<Record<string, string | undefined>>, signal: AbortSignal): Git {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !elsewhere.includes(name)));
  const run = (args: readonly string[], { env: further, ...options }: GitOptions = {}): Promise<ExecResult> =>
    exec(["git", ...plain, ...args], { cwd: directory, env: { ...own, LC_ALL: "C", ...further }, signal, ...options });
  return {
    directory,
    try: run,
    async ask(args, options) {
      const { code, stdout, stderr } = await run(args, options);
      return code === 0 ? stdout.replace(/\n$/, "") : refused(args, stderr);
    },
  };
}

function refused(args: readonly string[], stderr: string): never {
  const words = stderr.trim().split("\n").slice(-10);
  const last = words.findLast((line) => /^(fatal|error):/.test(line)) ?? words.at(-1) ?? "";
  const detail = words.length > 1 ? { detail: words } : {};
  return fail("GIT_FAILED", `git ${args[0]} did not do it: ${last.replace(/^(fatal|error): /, "")}`, detail);
}
