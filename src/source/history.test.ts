import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type History, stepsOf } from "./history.ts";

/** Commits are numbered; each may have parents with smaller numbers only. Newest first, as git lists them. */
const histories = fc
  .array(fc.array(fc.nat(30), { maxLength: 3 }), { minLength: 1, maxLength: 30 })
  .map((rows) => rows.map((parents, id) => [...new Set(parents.map((it) => it % (id + 1)))].filter((it) => it < id)));

function reachable(all: readonly (readonly number[])[], from: number): Set<number> {
  const found = new Set<number>();
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(all[next] ?? []));
  }
  return found;
}

function historyOf(all: readonly (readonly number[])[], wanted: ReadonlySet<number>): History {
  const newest = [...wanted].sort((a, b) => b - a);
  return new Map(newest.map((id) => [String(id), (all[id] ?? []).map(String)]));
}

describe("the steps of a branch", () => {
  test("name each new commit once, after its parents, whatever was merged", () => {
    fc.assert(
      fc.property(histories, fc.nat(), (all, choice) => {
        const to = all.length - 1;
        const before = [...reachable(all, to)];
        const from = before[choice % before.length] ?? to;
        const old = choice % 7 === 0 ? new Set<number>() : reachable(all, from);
        const wanted = new Set([...reachable(all, to)].filter((id) => !old.has(id)));
        const steps = stepsOf(historyOf(all, wanted), old.size === 0 ? undefined : String(from), String(to));
        const named = steps.flatMap(({ commits }) => commits);
        expect([...named].sort()).toEqual([...wanted].map(String).sort());
        for (const [at, id] of named.entries())
          for (const parent of all[Number(id)] ?? [])
            if (wanted.has(parent)) expect(named.indexOf(String(parent))).toBeLessThan(at);
        for (const { before: point, commits } of steps)
          if (point !== undefined && old.size > 0 && !old.has(Number(point)))
            for (const id of commits) expect(reachable(all, Number(point)).has(Number(id))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test("go along first parents: a side branch comes with the commit that merged it", () => {
    const history: History = new Map([
      ["m", ["b", "s"]],
      ["s", ["r"]],
      ["b", ["a"]],
      ["a", ["t"]],
    ]);
    expect(stepsOf(history, "t", "m")).toEqual([
      { before: "t", commits: ["a"] },
      { before: "a", commits: ["b"] },
      { before: "b", commits: ["s", "m"] },
    ]);
  });

  test("are one when the branch was merged into another that took its place", () => {
    const history: History = new Map([
      ["m", ["s", "t"]],
      ["s", ["r"]],
    ]);
    expect(stepsOf(history, "t", "m")).toEqual([{ before: "t", commits: ["s", "m"] }]);
  });
});
