import { dirname, join, relative, sep } from "node:path";
import { isThere } from "../../lib/fs.ts";

/** Where a directory lies in its git repository, with forward slashes: `kubernetes`, `""` for its root, and for one that is in none. */
export async function repositoryPath(directory: string): Promise<string> {
  for (let above = directory; ; above = dirname(above)) {
    if (await isThere(join(above, ".git"))) return relative(above, directory).split(sep).join("/");
    if (dirname(above) === above) return "";
  }
}
