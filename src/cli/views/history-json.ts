import type { Signature, SignedCommit } from "../history/commits.ts";
import type { LiveSetting, ToldChange } from "../history/service-past.ts";
import type { Told } from "../history/told.ts";
import type { Past } from "../past.ts";

/** The document of `history --json`. Every key is there; null where there is nothing. */
export function journalJson({ site, by }: Past, { entries, waiting }: Told): object {
  return {
    site,
    by,
    waiting: waiting.map(commitJson),
    changes: entries.map(({ entry, commits }) => ({
      at: new Date(entry.at).toISOString(),
      milliseconds: entry.milliseconds,
      way: entry.way,
      commit: entry.revision?.commit ?? null,
      author: entry.revision?.author ?? null,
      signer: entry.revision?.signer ?? null,
      subject: entry.revision?.subject ?? null,
      body: entry.revision?.body ?? null,
      commits: commits.map(commitJson),
      services: Object.entries(entry.services).map(([name, { result, what, snapshot, problem }]) => ({
        name,
        result,
        what,
        snapshot: snapshot ?? null,
        problem: problem === undefined ? null : { code: problem.code, message: problem.message },
      })),
    })),
  };
}

/** The document of `history SERVICE --json`. */
export function settingsJson(file: string, commit: string, settings: readonly LiveSetting[]): object {
  return { file, commit, settings: settings.map(({ commit: by, ...rest }) => ({ ...rest, by: commitJson(by) })) };
}

/** The document of `history SERVICE SETTING --json`. */
export function changesJson(file: string, changes: ReadonlyMap<string, readonly ToldChange[]>): object {
  return {
    file,
    settings: [...changes].map(([path, all]) => ({
      path,
      changes: all.map(({ from, to, commit }) => ({ from: from ?? null, to: to ?? null, by: commitJson(commit) })),
    })),
  };
}

function commitJson({ commit, author, authoredAt, subject, body, signature }: SignedCommit): object {
  return { commit, author, at: new Date(authoredAt).toISOString(), subject, body, signature: signatureJson(signature) };
}

function signatureJson(signature: Signature): object {
  return {
    is: signature.is,
    name: signature.is === "good" ? signature.name : null,
    key: signature.is === "none" ? null : signature.key,
  };
}
