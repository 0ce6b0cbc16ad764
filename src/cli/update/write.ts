import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import { editImage } from "../../site/images/edit-image.ts";
import { lockText } from "../../site/images/lock-text.ts";
import type { Lock } from "../../site/images/locked.ts";
import type { Git } from "../git.ts";
import { updateMessage } from "./message.ts";
import type { Proposal } from "./propose.ts";

/** The file that pins images. */
export const lockFile = "images.lock.yaml";

/** The lock after these updates: an image that nobody else uses any more leaves it. */
export function withProposals(lock: Lock, proposals: readonly Proposal[], stillUsed: ReadonlySet<string>): Lock {
  const next = new Map(Object.entries(lock));
  for (const { repository, fromTag } of proposals) {
    const before = `${repository}:${fromTag}`;
    if (!stillUsed.has(before)) next.delete(before);
  }
  for (const { repository, toTag, toDigest, inFile } of proposals)
    if (!inFile) next.set(`${repository}:${toTag}`, toDigest);
  return Object.fromEntries(next);
}

/** Writes the updates of one service into its file and the lock; resolves with the files that are others now. */
export async function writeUpdate(
  directory: string,
  proposals: readonly Proposal[],
  lock: Lock,
): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const { service, part, repository, fromTag, toTag, toDigest, inFile } of proposals) {
    if (!inFile && fromTag === toTag) continue;
    const file = `services/${service}.yaml`;
    const path = join(directory, file);
    const to = `${repository}:${toTag}${inFile ? `@${toDigest}` : ""}`;
    const text = editImage(await readFile(path, "utf8"), { file, part }, to);
    await writeAtomically(path, text, (await stat(path)).mode & 0o777);
    files.add(file);
  }
  if (proposals.some(({ inFile }) => !inFile)) {
    await writeAtomically(join(directory, lockFile), lockText(lock), 0o644);
    files.add(lockFile);
  }
  return [...files];
}

/** Refuses to mix a person's own changes into a commit of updates. Problem: `UPDATE_UNCOMMITTED`. */
export async function refuseUncommitted(git: Git, services: readonly string[]): Promise<void> {
  const files = [lockFile, ...services.map((service) => `services/${service}.yaml`)];
  const changed = await git.ask(["status", "--porcelain", "--", ...files]);
  if (changed === "") return;
  const first = changed.split("\n")[0]?.slice(3) ?? "";
  fail("UPDATE_UNCOMMITTED", `expected ${first} as it was committed, got changes of yours in it`, {
    hint: "commit them, or put them away: git stash",
  });
}

/** Commits the updates of one service, signed as git is set up there; nothing else that is staged goes with it. */
export async function commitUpdate(git: Git, proposals: readonly Proposal[], files: readonly string[]): Promise<void> {
  await git.ask(["add", "--", ...files]);
  await git.ask(["commit", "--quiet", "--file", "-", "--only", "--", ...files], { input: updateMessage(proposals) });
}
