import { fail } from "../lib/problem.ts";
import { contents, objectInfos, type Store } from "./objects.ts";
import type { Quarantine } from "./quarantine.ts";
import type { Commit } from "./revision.ts";

/** Bytes: a commit of more is refused, since everybody who looks at it would have to hold it. */
const largest = 1024 * 1024;

/** How many are held at a time while they are read. */
const atOnce = 256;

/** The commits with these ids, in their order, in one process for many. Problems: `COMMIT_TOO_LARGE`, `OBJECT_MISSING`. */
export async function readCommits(
  repository: string,
  ids: readonly string[],
  options: { readonly quarantine?: Quarantine | undefined } = {},
): Promise<Commit[]> {
  const store = { repository, ...options };
  await needSmall(store, ids);
  const commits: Commit[] = [];
  for (let start = 0; start < ids.length; start += atOnce) {
    const some = ids.slice(start, start + atOnce);
    const raw = await contents(store, some, atOnce * (largest + 128));
    commits.push(...some.map((id) => parseCommit(id, raw.get(id) ?? Buffer.alloc(0))));
  }
  return commits;
}

/** Problem: `COMMIT_TOO_LARGE`. */
async function needSmall(store: Store, ids: readonly string[]): Promise<void> {
  const infos = await objectInfos(store, ids);
  for (const [index, info] of infos.entries()) {
    if (info?.type !== "commit")
      fail("OBJECT_MISSING", `expected the commit ${ids[index] ?? ""}, got ${info?.type ?? "nothing"}`, {
        hint: "fetch or push again",
      });
    if (info.size > largest)
      fail("COMMIT_TOO_LARGE", `expected commits of at most 1 MiB, got one of ${info.size} bytes: ${info.id}`, {
        hint: "write a shorter message",
      });
  }
}

/** Most of a message that is kept, in characters. */
const messageKept = 16_384;

/**
 * What a commit says: `name value` a line, further lines of a value after a space, an empty line, the message. Only the first of each
 * header counts, as for git itself. gitformat-signature(5), git-cat-file(1).
 */
export function parseCommit(commit: string, raw: Buffer): Commit {
  const end = raw.indexOf("\n\n");
  const head = raw.subarray(0, end < 0 ? raw.length : end);
  const headers = head.toString("latin1").split("\n");
  const latin = /^encoding (iso-?8859-1|latin-?1)$/i.test(headers.find((line) => line.startsWith("encoding ")) ?? "");
  const text = (bytes: Buffer): string => bytes.toString(latin ? "latin1" : "utf8");
  const authorLine = headers.find((line) => line.startsWith("author ")) ?? "";
  const [, name = "", email = "", seconds = "0"] =
    /^author (.*?) ?<([^>]*)> (-?\d{1,15})(?: |$)/.exec(text(Buffer.from(authorLine, "latin1"))) ?? [];
  const message =
    end < 0
      ? ""
      : text(raw.subarray(end + 2))
          .slice(0, messageKept)
          .trim();
  const [first = "", ...rest] = message.split(/\n[ \t\r]*\n/);
  return {
    commit,
    parents: headers.flatMap((line) => /^parent ([0-9a-f]{40,64})$/.exec(line)?.[1] ?? []),
    author: { name, email },
    authoredAt: Number(seconds) * 1000,
    subject: first
      .split("\n")
      .map((line) => line.trim())
      .join(" "),
    body: rest.join("\n\n").trim(),
  };
}
