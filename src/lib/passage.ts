import { chmod, mkdir } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { isErrno } from "./errno.ts";

/**
 * Makes a directory for this user alone, and the directories above it that are missing so that anybody may pass through them, but not look: beside
 * it will lie what containers open from their own user namespaces. What is there already stays as it is, and the umask has no say.
 */
export async function makeWithPassages(path: string): Promise<void> {
  const above = dirname(path);
  const first = await mkdir(above, { recursive: true, mode: 0o711 });
  if (first !== undefined) {
    let here = dirname(first);
    for (const name of relative(here, above).split(sep)) {
      here = join(here, name);
      await chmod(here, 0o711);
    }
  }
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (thrown) {
    if (!isErrno(thrown, "EEXIST")) throw thrown;
  }
}
