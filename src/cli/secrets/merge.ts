import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { exec } from "../../lib/exec.ts";
import { writeAtomically } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import { identities } from "../../secrets/identities.ts";
import { mergeSecrets } from "../../secrets/merge.ts";
import { mergeRules } from "../../secrets/sops-rule.ts";
import type { Context, Input } from "../command.ts";
import { mustAgree } from "./agree.ts";
import { mergeHere } from "./merge-here.ts";

/**
 * `freehold secrets merge`: what git left in this clone. With words it is git's merge driver: BASE OURS THEIRS [SIZE [PATH]], the merge
 * is written to OURS. Problems: `SECRETS_DISAGREE`, those of {@link mergeSecrets} and of {@link mergeHere}.
 */
export async function merge(context: Context, input: Input, words: readonly string[]): Promise<void> {
  const [base, ours, theirs, size = "7", path = "secrets.yaml"] = words;
  if (base === undefined) return mergeHere(context, input);
  if (ours === undefined || theirs === undefined || words.length > 5 || !/^\d+$/.test(size))
    return fail("USAGE_SECRETS", "expected nothing behind merge, or the names of three files, got something else", {
      hint: "freehold secrets --help",
    });
  const files = { base, ours, theirs, size: Number(size) };
  return basename(path) === ".sops.yaml" ? mergeRuleFiles(files) : mergeSecretFiles(context, files);
}

type Files = {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  /** How many characters git's markers have: more than 7 when only another merge will come of it. */
  readonly size: number;
};

async function mergeSecretFiles({ env, roots, clock }: Context, files: Files): Promise<void> {
  const { text, conflicts } = await mergeSecrets(await textsOf(files), {
    identities: await identities(env, roots.root),
    now: clock.now(),
    ...(files.size > 7 && { between: true as const }),
  });
  await writeAtomically(files.ours, text);
  mustAgree(conflicts);
}

/** The rule of sops follows the recipients; one that a person wrote is merged by its lines, as git does it. */
async function mergeRuleFiles(files: Files): Promise<void> {
  const { base, ours, theirs } = await textsOf(files);
  const text = mergeRules(base, ours, theirs);
  if (text !== undefined) return writeAtomically(files.ours, text);
  const words = ["merge-file", `--marker-size=${files.size}`, "-L", "ours", "-L", "base", "-L", "theirs"];
  const { code } = await exec(["git", ...words, files.ours, files.base, files.theirs]);
  if (code !== 0)
    fail("SECRETS_DISAGREE", "expected both sides to agree on .sops.yaml, got both in it", {
      hint: "make it one, then git add .sops.yaml",
    });
}

async function textsOf({ base, ours, theirs }: Files) {
  const [were = "", here = "", there = ""] = await Promise.all([base, ours, theirs].map((it) => readFile(it, "utf8")));
  return { base: were, ours: here, theirs: there };
}
