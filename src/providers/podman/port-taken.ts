import { fail } from "../../lib/problem.ts";
import { holderOf, listeners } from "../../lib/proc-net.ts";

/** Whether a program said in this line that it could not have a port. */
export function saysPortTaken(line: string): boolean {
  return /address (already )?in use|cannot bind/i.test(line);
}

/** The port in words such as `cannot bind socket … for [0.0.0.0:443]`; undefined when there is none. */
export function portIn(words: string): number | undefined {
  const found = / for \[[^\]]*:(\d{1,5})\]/.exec(words)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Fails with `PORT_TAKEN`, saying who has the port where that can be seen. */
export async function failPortTaken(lines: readonly string[]): Promise<never> {
  const port = portIn(lines.join(" "));
  const inodes = (await listeners("self")).filter((each) => each.port === port).map(({ inode }) => inode);
  const holder = await holderOf(new Set(inodes));
  const got = holder === undefined ? "somebody else" : `${holder.program} (pid ${holder.pid})`;
  return fail("PORT_TAKEN", `expected port ${port ?? "of the front door"} to be free, got "${got}" there`, {
    expected: "nobody there",
    got,
    detail: port === undefined ? lines : [],
    hint: "end that program, or set another port under front: in site.yaml",
  });
}
