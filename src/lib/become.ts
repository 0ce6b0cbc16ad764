import { fail } from "./problem.ts";

/**
 * Becomes another program, by its absolute path: the same process, its files and its terminal, nothing of this program left in memory (execve(2)).
 * Does not come back. Problem: `PROGRAM_MISSING`.
 */
export function become(argv: readonly [string, ...string[]], env: NodeJS.ProcessEnv): never {
  const [program] = argv;
  try {
    process.execve?.(program, argv, env);
  } catch (cause) {
    fail("PROGRAM_MISSING", `expected the program ${program}, got none that can be run`, { cause });
  }
  return fail("BUG", "expected to become another program", { kind: "bug" });
}
