import { spawn } from "node:child_process";
import { isErrno } from "./errno.ts";
import { fail } from "./problem.ts";

/** How a program is run whose output is bytes, and which may start others. */
export type ExecBytesOptions = {
  readonly input?: string | Uint8Array;
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Milliseconds, after which it and all that it started is killed; default 60,000. */
  readonly timeout?: number;
  /** How many bytes it may print; default 64 MiB. */
  readonly most?: number;
  /** Gets what it prints as it comes, instead of `stdout`; the next piece waits until it resolves. */
  readonly onBytes?: (bytes: Buffer) => Promise<void>;
};

/** What came of it. Of what it said on stderr only the last 64 KiB are kept. */
export type ExecBytesResult = { readonly code: number; readonly stdout: Buffer; readonly stderr: string };

const stderrKept = 65_536;

/**
 * Runs a program to its end, in a session of its own: it has no terminal to ask at, and when its time is over nothing that it
 * started lives on. Unlike {@link exec} it never cuts what was printed. A code other than 0 is a result. Problems:
 * `PROGRAM_MISSING`, `PROGRAM_TIMEOUT`, `PROGRAM_STOPPED` (by the signal), `PROGRAM_OUTPUT_LARGE`.
 */
export async function execBytes(
  argv: readonly [string, ...string[]],
  options: ExecBytesOptions,
): Promise<ExecBytesResult> {
  const [program, ...rest] = argv;
  const { env, signal, timeout = 60_000, most = 64 * 1024 * 1024, onBytes } = options;
  const child = spawn(program, rest, { env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  let ending: "timeout" | "signal" | "large" | undefined;
  const end = (why: "timeout" | "signal" | "large"): void => {
    ending ??= why;
    killGroup(child.pid);
  };
  const timer = setTimeout(() => end("timeout"), timeout);
  const onAbort = (): void => end("signal");
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-stderrKept);
  });
  child.stdin.on("error", () => {}); // it may end without reading all: its code tells
  child.stdin.end(options.input);
  const closed = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 128));
  });
  const pieces: Buffer[] = [];
  try {
    let size = 0;
    const read = async (): Promise<void> => {
      for await (const piece of child.stdout) {
        const bytes = Buffer.from(piece);
        size += bytes.length;
        if (size > most) return end("large");
        if (onBytes === undefined) pieces.push(bytes);
        else await onBytes(bytes);
      }
    };
    const [code] = await Promise.all([closed, read()]);
    if (ending !== undefined) stopped(program, ending, timeout, most);
    return { code, stdout: Buffer.concat(pieces), stderr };
  } catch (thrown) {
    killGroup(child.pid);
    if (ending !== undefined) stopped(program, ending, timeout, most);
    if (thrown instanceof Error && "syscall" in thrown && String(thrown.syscall).startsWith("spawn"))
      fail("PROGRAM_MISSING", `expected the program ${program}, got "${"code" in thrown ? thrown.code : ""}"`, {
        kind: "transient", // it may be installed any moment
        hint: "freehold doctor says what this machine lacks",
        cause: thrown,
      });
    throw thrown;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

function stopped(program: string, why: "timeout" | "signal" | "large", timeout: number, most: number): never {
  if (why === "timeout")
    fail("PROGRAM_TIMEOUT", `${program} did not end within ${timeout / 1000} s`, { kind: "transient" });
  if (why === "signal") fail("PROGRAM_STOPPED", `${program} was stopped`, { kind: "waiting" });
  return fail("PROGRAM_OUTPUT_LARGE", `expected at most ${most} bytes from ${program}, got more`);
}

/** Ends a program with all that it started and that stayed in its session. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (thrown) {
    if (!isErrno(thrown, "ESRCH")) throw thrown; // nobody of it is left
  }
}
