import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isErrno, writeAtomically } from "../lib/fs.ts";
import { fail } from "../lib/problem.ts";

/**
 * Changes a site's people.yaml, at once and whole, when nobody else did meanwhile. Others than its owner and group cannot read it any
 * more. `again` is the command line to run again. Problems: `FILE_MISSING`, `PEOPLE_MOVED`, and those of `edit`.
 */
export async function editPeople(site: string, again: string, edit: (text: string) => Promise<string>): Promise<void> {
  const file = join(site, "people.yaml");
  const before = await read(file);
  const after = await edit(before);
  if ((await read(file)) !== before) {
    fail("PEOPLE_MOVED", "expected people.yaml to stay as it was meanwhile, got another one: nothing was changed", {
      hint: `run it again: ${again}`,
    });
  }
  await writeAtomically(file, after, (await stat(file)).mode & 0o770);
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (!isErrno(cause, "ENOENT")) throw cause;
    return fail("FILE_MISSING", "expected a people.yaml in the site, got none", {
      hint: "write one, with a line for each person: ada: {}",
      cause,
    });
  }
}
