import { fail } from "../lib/problem.ts";
import { git, gitFailed, gitOrFail } from "./git.ts";
import type { Store } from "./objects.ts";

/** Commits with their parents, each before its parents. */
export type History = ReadonlyMap<string, readonly string[]>;

/** How many commits are looked at in one go. */
const most = 50_000;

/** Everything that `to` brings beyond `from`, or all that it reaches. Problem: `HISTORY_LONG`. */
export async function historyBetween(
  { repository, quarantine }: Store,
  from: string | undefined,
  to: string,
): Promise<History> {
  const printed = await gitOrFail(
    repository,
    [
      "rev-list",
      "--topo-order",
      "--parents",
      `--max-count=${most + 1}`,
      to,
      ...(from === undefined ? [] : [`^${from}`]),
    ],
    { quarantine },
  );
  const lines = printed.toString("latin1").split("\n").slice(0, -1);
  if (lines.length > most)
    fail("HISTORY_LONG", `expected at most ${most} new commits, got more`, {
      hint: "on the machine: freehold source accept REV, with a commit that you know to be good",
    });
  return new Map(
    lines.map((line) => {
      const [id = "", ...parents] = line.split(" ");
      return [id, parents];
    }),
  );
}

/** Whether `commit` is `ancestor` or descends from it. */
export async function descends({ repository, quarantine }: Store, commit: string, ancestor: string): Promise<boolean> {
  const { code, stderr } = await git(repository, ["merge-base", "--is-ancestor", ancestor, commit], { quarantine });
  if (code === 0) return true;
  return code === 1 ? false : gitFailed("merge-base", stderr);
}

/** Some commits that come to the branch together, and the point at which the branch stood before. */
export type Step = {
  /** The last commit of the branch before them; undefined: they begin it. */
  readonly before: string | undefined;
  /** Each after its parents; the last one is the branch's own. */
  readonly commits: readonly string[];
};

/**
 * How a branch came from `from` to `to`: along first parents, each with the side commits that it brought in. When `from` is not
 * on that line (somebody merged the branch into his own, and pushed that), there is only one step, with everything.
 */
export function stepsOf(history: History, from: string | undefined, to: string): Step[] {
  const line: string[] = [];
  let here: string | undefined = to;
  while (here !== undefined && history.has(here)) {
    line.push(here);
    here = history.get(here)?.[0];
  }
  const oldestFirst = [...history.keys()].reverse();
  if (here !== from) return oldestFirst.length === 0 ? [] : [{ before: from, commits: oldestFirst }];
  const broughtBy = new Map<string, number>();
  const own = line.reverse();
  for (const [index, tip] of own.entries()) {
    const open = [tip];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (broughtBy.has(next) || !history.has(next)) continue;
      broughtBy.set(next, index);
      open.push(...(history.get(next) ?? []));
    }
  }
  const steps = own.map((_, index) => ({ before: index === 0 ? from : own[index - 1], commits: [] as string[] }));
  for (const id of oldestFirst) steps[broughtBy.get(id) ?? 0]?.commits.push(id);
  return steps;
}
