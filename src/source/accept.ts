import { fail } from "../lib/problem.ts";
import type { AllowedKey } from "./allowed-key.ts";
import { readCommits } from "./commits.ts";
import { descends, historyBetween, type Step, stepsOf } from "./history.ts";
import { contents, objectInfos, type Store } from "./objects.ts";
import type { Revision, Signer } from "./revision.ts";
import { verify } from "./verify.ts";

/** Where the files of a revision say who else may sign. */
export type Listed = {
  /** `site.yaml`. */
  readonly file: string;
  /** The keys that a text of it lists; none for a text that says nothing of it, or that cannot be read. Pure. */
  readonly read: (text: string) => readonly AllowedKey[];
};

/** What is to be judged, and by what. */
export type Judged = Store & {
  /** The head that is trusted already; undefined: none, so everything that `to` reaches is judged. */
  readonly from: string | undefined;
  readonly to: string;
  /** The machine's own list. */
  readonly machine: readonly AllowedKey[];
  readonly listed: Listed;
};

/**
 * The revisions that a head brings beyond the trusted one, oldest first; each signed by somebody who might sign when it came to the branch:
 * who is on the machine's list, or was on the list in the files of the branch's commit *before* it. So a list is changed only by
 * those who are on it, and a key that is taken off signs nothing after that. Nothing of a commit is used before it was verified. Problems:
 * `NO_SIGNERS`, `REWOUND`, `HISTORY_LONG`, `COMMIT_TOO_LARGE`, and those of `verify`.
 */
export async function accept({ from, to, machine, listed, ...store }: Judged): Promise<Revision[]> {
  if (from !== undefined && !(await descends(store, to, from)))
    fail("REWOUND", `expected what descends from the trusted commit ${short(from)}, got ${short(to)}, which does not`, {
      hint: "git pull --rebase, then push again; on the machine, freehold source accept REV goes back on purpose",
    });
  const steps = stepsOf(await historyBetween(store, from, to), from, to);
  const commits = new Map(
    (
      await readCommits(
        store.repository,
        steps.flatMap((step) => step.commits),
        store,
      )
    ).map((one) => [one.commit, one]),
  );
  const lists = await listsOf(store, listed.file, steps);
  const revisions: Revision[] = [];
  for (const { list, ids } of runs(steps, lists)) {
    const keys = keysOf(machine, await listedKeys(store, listed, list));
    if (keys.length === 0)
      fail("NO_SIGNERS", "expected somebody who may sign, got an empty list", {
        hint: "on the machine: freehold signers add KEY",
      });
    const signers = await verify(store, ids, keys);
    for (const id of ids) revisions.push(revisionOf(commits.get(id), signers.get(id)));
  }
  return revisions;
}

function revisionOf(commit: Omit<Revision, "signer"> | undefined, signer: Signer | undefined): Revision {
  if (commit !== undefined && signer !== undefined) return { ...commit, signer };
  return fail("BUG", "a commit was judged that was not read", { kind: "bug" });
}

/** Bytes: a file of more lists nobody, as one that cannot be read. */
const largestList = 1024 * 1024;

/** The blob of the file at the point before each step; "": none. One process for all. */
async function listsOf(store: Store, file: string, steps: readonly Step[]): Promise<string[]> {
  const asked = steps.flatMap(({ before }) => (before === undefined ? [] : [`${before}:${file}`]));
  const infos = (await objectInfos(store, asked))[Symbol.iterator]();
  return steps.map(({ before }) => {
    const info = before === undefined ? undefined : infos.next().value;
    return info?.type === "blob" && info.size <= largestList ? info.id : "";
  });
}

/** Neighbouring steps with one list become one run, so that git is asked once for each list. */
function runs(steps: readonly Step[], lists: readonly string[]): { list: string; ids: string[] }[] {
  const all: { list: string; ids: string[] }[] = [];
  for (const [index, { commits }] of steps.entries()) {
    const list = lists[index] ?? "";
    const last = all.at(-1);
    if (last?.list === list) last.ids.push(...commits);
    else all.push({ list, ids: [...commits] });
  }
  return all;
}

async function listedKeys(store: Store, { read }: Listed, list: string): Promise<readonly AllowedKey[]> {
  if (list === "") return [];
  const text = (await contents(store, [list], largestList + 1024)).get(list);
  return text === undefined ? [] : read(text.toString("utf8"));
}

/** Both lists; a key that is on both has the machine's name for it. */
function keysOf(machine: readonly AllowedKey[], listed: readonly AllowedKey[]): AllowedKey[] {
  return [...new Map([...listed, ...machine].map((key) => [key.key, key])).values()];
}

function short(id: string): string {
  return id.slice(0, 12);
}
