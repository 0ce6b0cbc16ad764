import { exec } from "../lib/exec.ts";
import { ProblemError } from "../lib/problem.ts";

/** What a command that gives a key printed; undefined when it failed, with what was amiss. */
export type CommandKey = { readonly text: string | undefined; readonly amiss?: string };

/** Runs a command line that gives a key (a password manager's, say), without a shell: words, of which some may be quoted. */
export async function keyFromCommand(line: string): Promise<CommandKey> {
  const [program, ...words] = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? "",
  );
  if (program === undefined) return { text: undefined };
  try {
    const { code, stdout } = await exec([program, ...words]);
    return code === 0 ? { text: stdout } : { text: undefined, amiss: `it ended with ${code}` };
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    return { text: undefined, amiss: thrown.problem.message };
  }
}
