import { contents, objectInfos, type Store } from "./objects.ts";
import { needCommitId } from "./repository.ts";

/** Bytes: of a longer file nothing is read. */
export const largestText = 1024 * 1024;

/** The text of one file of a commit; undefined when it has none of that name, or one of more than 1 MiB. Links are not followed. */
export async function textAt(store: Store, commit: string, file: string): Promise<string | undefined> {
  needCommitId(commit);
  const [info] = await objectInfos(store, [`${commit}:${file}`]);
  if (info?.type !== "blob" || info.size > largestText) return undefined;
  return (await contents(store, [info.id], largestText + 1024)).get(info.id)?.toString("utf8");
}
