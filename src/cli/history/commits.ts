import type { Commit } from "../../source/revision.ts";
import type { Git } from "../git.ts";

/** Who signed a commit, as far as is known here. */
export type Signature =
  | { readonly is: "good"; readonly name: string; readonly key: string }
  /** The signature is right, but nobody here knows whose key it is. */
  | { readonly is: "unknown"; readonly key: string }
  /** Expired, revoked, or not that of this commit. */
  | { readonly is: "bad"; readonly key: string }
  /** There is one, but not what is needed to look at it. */
  | { readonly is: "unchecked"; readonly key: string }
  | { readonly is: "none" };

/** A commit and who signed it. */
export type SignedCommit = Commit & { readonly signature: Signature };

const fields = ["%H", "%P", "%an", "%ae", "%at", "%G?", "%GF", "%GS", "%s", "%b"] as const;

/** Commits by their ids, in one process of git; `signers` is a file of allowed signers (ssh-keygen(1)), `/dev/null` for nobody. */
export async function commitsOf(
  git: Git,
  commits: Iterable<string>,
  signers: string,
): Promise<ReadonlyMap<string, SignedCommit>> {
  const wanted = [...new Set(commits)];
  if (wanted.length === 0) return new Map();
  const printed = await git.ask(
    [
      ...["-c", `gpg.ssh.allowedSignersFile=${signers}`],
      ...["log", "--no-walk=unsorted", "--stdin", `--format=tformat:${fields.map((field) => `${field}%x00`).join("")}`],
    ],
    { input: wanted.map((id) => `${id}\n`).join("") },
  );
  const cells = printed.split("\0");
  const found = new Map<string, SignedCommit>();
  for (let at = 0; at + fields.length <= cells.length; at += fields.length) {
    const commit = commitOf(
      cells.slice(at, at + fields.length).map((cell, index) => (index === 0 ? cell.trim() : cell)),
    );
    found.set(commit.commit, commit);
  }
  return found;
}

function commitOf(cells: readonly string[]): SignedCommit {
  const [commit = "", parents = "", name = "", email = "", at = "0", state = "N", key = "", signer = "", ...words] =
    cells;
  const [subject = "", body = ""] = words;
  return {
    commit,
    parents: parents.split(" ").filter((parent) => parent !== ""),
    author: { name, email },
    authoredAt: Number(at) * 1000,
    subject,
    body: body.trim(),
    signature: signatureOf(state, key, signer),
  };
}

/** The letters of `%G?`: git-log(1), "PRETTY FORMATS". */
function signatureOf(state: string, key: string, name: string): Signature {
  if (state === "G") return { is: "good", name, key };
  if (state === "U") return { is: "unknown", key };
  if (state === "E") return { is: "unchecked", key };
  return state === "N" ? { is: "none" } : { is: "bad", key };
}
