import { fail, ProblemError } from "../lib/problem.ts";
import { openDataKey } from "./data-key.ts";
import { readSecretsFile, type SecretsFile } from "./document.ts";
import type { Identities } from "./identities.ts";
import { openFileWith } from "./open.ts";
import type { Opened } from "./reseal.ts";

/** The texts of three versions of one secrets.yaml. The base, from which both came, is empty when there is none. */
export type VersionTexts = { readonly base: string; readonly ours: string; readonly theirs: string };

/** The same, opened; a base for whose keys none is here stays sealed. */
export type Versions = {
  readonly base: { readonly file: SecretsFile; readonly opened?: Opened } | undefined;
  readonly ours: Opened;
  readonly theirs: Opened;
};

/** Reads and opens the versions. Problems: those of reading and of opening, with the version that has them in the detail. */
export async function openVersions(texts: VersionTexts, identities: Identities): Promise<Versions> {
  const ours = read(texts.ours, "ours");
  const theirs = read(texts.theirs, "theirs");
  const base = texts.base.trim() === "" ? undefined : read(texts.base, "base");
  const files = [ours, theirs, ...(base === undefined ? [] : [base])];
  const keys = (await Promise.all(files.map((file) => keyOf(file, identities)))).filter((key) => key !== undefined);
  const opened = base && openedWithAny(base, keys);
  return {
    base: base && { file: base, ...(opened && { opened }) },
    ours: await mustOpen(ours, keys, identities, "ours"),
    theirs: await mustOpen(theirs, keys, identities, "theirs"),
  };
}

const names = {
  base: "the version from which both came",
  ours: "this side's version",
  theirs: "the other side's version",
};
type Name = keyof typeof names;

function read(text: string, name: Name): SecretsFile {
  const { file, problems } = readSecretsFile(text);
  const [problem] = problems;
  if (file !== undefined) return file;
  return problem === undefined
    ? fail("SECRETS_SYNTAX", "expected a whole secrets.yaml", { detail: [`in ${names[name]}`] })
    : fail(problem.code, problem.message, { hint, detail: [`in ${names[name]}, line ${problem.place?.line ?? 1}`] });
}

const hint = "take one side whole (git checkout --ours secrets.yaml), then set what the other side had";

/** The data key, if one of our own keys opens it. */
async function keyOf({ metadata }: SecretsFile, identities: Identities): Promise<Uint8Array | undefined> {
  try {
    return await openDataKey(metadata.keys, identities);
  } catch (thrown) {
    if (thrown instanceof ProblemError) return undefined; // another version may have the same data key, sealed for us
    throw thrown;
  }
}

async function mustOpen(
  file: SecretsFile,
  keys: readonly Uint8Array[],
  identities: Identities,
  name: Name,
): Promise<Opened> {
  const opened = openedWithAny(file, keys);
  if (opened !== undefined) return opened;
  try {
    return { file, ...openFileWith(file, await openDataKey(file.metadata.keys, identities)) };
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    const { code, message, hint: mend, detail = [] } = thrown.problem;
    return fail(code, message, {
      ...(mend && { hint: mend }),
      detail: [`in ${names[name]}`, ...detail],
      cause: thrown,
    });
  }
}

/** Opened with one of these data keys; undefined when none fits, or the file is not as it was sealed. */
function openedWithAny(file: SecretsFile, keys: readonly Uint8Array[]): Opened | undefined {
  for (const key of keys) {
    try {
      return { file, ...openFileWith(file, key) };
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown;
    }
  }
  return undefined;
}
