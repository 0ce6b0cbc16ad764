import { label } from "../lib/label.ts";
import { type Problem, problem } from "../lib/problem.ts";
import { visible } from "../lib/text.ts";

/** What a commit's message asks for beyond its files, and what in it asks for nothing that there is. */
export type Restores = {
  /** The names of snapshots by service. */
  readonly restore: Readonly<Record<string, string>>;
  /** `TRAILER_INVALID` for each line that cannot be meant. */
  readonly problems: readonly Problem[];
};

/** The key of the line that brings the state of a service back: `Restore-State: mail 20261121T140301Z-1a2b3c4`. */
export const restoreKey = "Restore-State";

/** As the runtime names them: it can be no path. */
const snapshotName = /^\d{8}T\d{6}Z-[a-z0-9][a-z0-9-]{0,39}$/;

const trailer = /^([A-Za-z0-9][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)$/;

/**
 * The states that a commit's message (its body, or the whole of it) brings back. Only the last paragraph counts, and only when every
 * line of it is a trailer (git-interpret-trailers(1)), so that a message that merely speaks of one asks for nothing. Of two lines
 * for one service the last one counts.
 */
export function restoreTrailers(message: string): Restores {
  const restore: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const { key, value } of trailersOf(message)) {
    if (key.toLowerCase() !== restoreKey.toLowerCase()) continue;
    const [service = "", snapshot = "", ...more] = value.split(/[ \t]+/);
    if (more.length === 0 && label.test(service) && snapshotName.test(snapshot)) restore[service] = snapshot;
    else problems.push(invalid(value));
  }
  return { restore, problems };
}

/** What several commits, oldest first, ask for together: a later one counts more than an earlier one. */
export function restoresOf(revisions: readonly { readonly body: string }[]): Restores {
  const all = revisions.map(({ body }) => restoreTrailers(body));
  return {
    restore: Object.assign({}, ...all.map(({ restore }) => restore)),
    problems: all.flatMap(({ problems }) => problems),
  };
}

/** The commits that a message says it takes back, in `git revert`'s own words, as full ids. */
export function revertedIn(message: string): readonly string[] {
  return [...message.matchAll(/^This reverts commit ([0-9a-f]{40}(?:[0-9a-f]{24})?)[.,]?/gm)].flatMap(
    ([, commit]) => commit ?? [],
  );
}

/** The lines that ask for the state of services, for the end of a message. */
export function restoreLines(restore: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(restore).map(([service, snapshot]) => `${restoreKey}: ${service} ${snapshot}`);
}

/** The lines of the last paragraph, if all of them are trailers; a line that begins with a space belongs to the one above. */
function trailersOf(message: string): readonly { readonly key: string; readonly value: string }[] {
  const last =
    message
      .trimEnd()
      .split(/\n[ \t]*\n/)
      .at(-1) ?? "";
  const found: { key: string; value: string }[] = [];
  for (const line of last.replace(/^\n+/, "").split("\n")) {
    const above = found.at(-1);
    if (/^[ \t]/.test(line) && above !== undefined) {
      above.value = `${above.value} ${line.trim()}`.trim();
      continue;
    }
    const [, key, value] = trailer.exec(line) ?? [];
    if (key === undefined || value === undefined) return [];
    found.push({ key, value: value.trim() });
  }
  return found;
}

function invalid(value: string): Problem {
  return problem(
    "TRAILER_INVALID",
    `expected "${restoreKey}: SERVICE SNAPSHOT", got "${visible(value).slice(0, 80)}"`,
    {
      hint: "freehold rollback SERVICE --data writes that line",
    },
  );
}
