import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { fail } from "./problem.ts";

export type { ChildProcess };

/** How a program is run. Nothing is ever given to a shell. */
export type ExecOptions = {
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  /** The whole environment; default: this process'. */
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Milliseconds, after which it is killed; default 60,000. */
  readonly timeout?: number;
  /** Called with each line of both streams as it comes. */
  readonly onLine?: (line: string) => void;
};

/** What came of it. */
export type ExecResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** At most so many characters of each stream are kept: the last ones. */
const keep = 16 * 1024 * 1024;

/**
 * Runs a program to its end. A code other than 0 is a result, not an error.
 * Problems: `PROGRAM_MISSING`, `PROGRAM_TIMEOUT`, `PROGRAM_STOPPED` (by the signal).
 */
export function exec(argv: readonly [string, ...string[]], options: ExecOptions = {}): Promise<ExecResult> {
  const [program, ...rest] = argv;
  const timeout = options.timeout ?? 60_000;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    let stopped: "timeout" | "signal" | undefined;
    const stop = (why: "timeout" | "signal"): void => {
      stopped = why;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => stop("timeout"), timeout);
    const onAbort = (): void => stop("signal");
    options.signal?.addEventListener("abort", onAbort, { once: true });
    if (options.signal?.aborted === true) onAbort();
    const tell = [lineTeller(options.onLine), lineTeller(options.onLine)] as const;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout = (stdout + text).slice(-keep);
      tell[0](text);
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-keep);
      tell[1](text);
    });
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
      try {
        finish();
      } catch (thrown) {
        reject(thrown);
      }
    };
    child.on("error", (cause: NodeJS.ErrnoException) =>
      settle(() =>
        fail("PROGRAM_MISSING", `expected the program ${program}, got "${cause.code ?? cause.message}"`, {
          hint: "freehold doctor says what this machine lacks",
          cause,
        }),
      ),
    );
    child.on("close", (code, signal) =>
      settle(() => {
        if (stopped === "timeout")
          fail("PROGRAM_TIMEOUT", `${program} did not end within ${timeout / 1000} s`, { kind: "transient" });
        if (stopped === "signal") fail("PROGRAM_STOPPED", `${program} was stopped`, { kind: "waiting" });
        resolve({ code: code ?? (signal === null ? 1 : 128), stdout, stderr });
      }),
    );
    child.stdin?.on("error", () => {}); // it may end without reading all: its code tells
    child.stdin?.end(options.input);
  });
}

/** Cuts what comes in pieces into lines. */
function lineTeller(onLine: ((line: string) => void) | undefined): (text: string) => void {
  let rest = "";
  return (text) => {
    if (onLine === undefined) return;
    const lines = (rest + text).split("\n");
    rest = lines.pop()?.slice(-65_536) ?? "";
    for (const line of lines) onLine(line);
  };
}

/** Runs a program that must end with 0 and returns what it printed. Problem: `PROGRAM_FAILED` with its last words. */
export async function execOrFail(argv: readonly [string, ...string[]], options: ExecOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await exec(argv, options);
  if (code === 0) return stdout;
  const words = (stderr.trim() || stdout.trim()).split("\n").slice(-10);
  return fail("PROGRAM_FAILED", `${argv[0]} ended with ${code}: ${words.at(-1) ?? ""}`, {
    kind: "transient",
    detail: words,
  });
}

/** Runs a program with the caller's terminal; resolves with its exit code. */
export function execInherited(argv: readonly [string, ...string[]], options: SpawnOptions = {}): Promise<number> {
  const [program, ...rest] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { ...options, stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** Starts a program that lives on beside us, in a session of its own unless `attached`. The caller ends it. */
export function start(argv: readonly [string, ...string[]], options: SpawnOptions = {}): ChildProcess {
  const [program, ...rest] = argv;
  return spawn(program, rest, options);
}
