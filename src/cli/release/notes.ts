/** A commit as a release tells of it. */
export type ReleasedCommit = { readonly commit: string; readonly author: string; readonly subject: string };

/** Notes in groups, in the order of the groups; a group that nothing belongs to is left out. */
export type Notes = {
  readonly groups: readonly { readonly title: string; readonly commits: readonly ReleasedCommit[] }[];
  readonly commits: number;
  /** How many of them only took newer images: how much of the work does itself. */
  readonly updates: number;
  readonly authors: readonly string[];
};

const titles = {
  feat: "New",
  fix: "Mended",
  other: "Changed",
  revert: "Taken back",
  docs: "Written",
  deps: "Updates",
} as const;
type Group = keyof typeof titles;

/** Sorts commits into groups by the type that their subject begins with (conventionalcommits.org); without one they are changes. */
export function notesOf(commits: readonly ReleasedCommit[]): Notes {
  const sorted = Map.groupBy(commits, groupOf);
  const groups = (["feat", "fix", "other", "revert", "docs", "deps"] as const).flatMap((group) => {
    const own = sorted.get(group);
    return own === undefined ? [] : [{ title: titles[group], commits: own.map(withoutType) }];
  });
  return {
    groups,
    commits: commits.length,
    updates: sorted.get("deps")?.length ?? 0,
    authors: [...new Set(commits.map(({ author }) => author))].sort(),
  };
}

const conventional = /^(?<type>[a-z]+)(?:\((?<scope>[^)]*)\))?!?: (?<rest>.+)$/i;

function groupOf({ subject }: ReleasedCommit): Group {
  if (/^Revert "/.test(subject)) return "revert";
  const { type = "", scope = "" } = conventional.exec(subject)?.groups ?? {};
  const word = type.toLowerCase();
  if (word === "deps" || /^deps/i.test(scope)) return "deps";
  return word === "feat" || word === "fix" || word === "docs" || word === "revert" ? word : "other";
}

function withoutType(commit: ReleasedCommit): ReleasedCommit {
  const { scope, rest } = conventional.exec(commit.subject)?.groups ?? {};
  if (rest === undefined) return commit;
  return { ...commit, subject: scope === undefined || /^deps/i.test(scope) ? rest : `${scope}: ${rest}` };
}

/** The notes as text: the message of the tag, and Markdown as well. */
export function notesText(title: string, { groups, commits, updates, authors }: Notes): string {
  const head = `${commits} ${commits === 1 ? "change" : "changes"} by ${authors.join(", ")}; ${updates} of them updates of images.`;
  const lines = groups.flatMap((group) => [
    "",
    `## ${group.title} (${group.commits.length})`,
    "",
    ...group.commits.map(({ subject, commit, author }) => `- ${subject} (${commit.slice(0, 7)}, ${author})`),
  ]);
  return `${[title, "", head, ...lines].join("\n")}\n`;
}
