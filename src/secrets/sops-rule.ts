import { dirname, join } from "node:path";
import { mergeRecipients } from "./merge-recipients.ts";
import { readText, writeBeside } from "./store.ts";

/** What became of the `.sops.yaml` beside secrets.yaml: `other` is one that a person wrote, here or in a directory above. */
export type SopsRule = "made" | "kept in step" | "other";

/**
 * Keeps the rule by which sops seals secrets.yaml in step with its recipients, so that either program may be used. A `.sops.yaml`
 * that says anything else than the rule for `before` is left alone, as sops would take that one.
 */
export async function keepSopsRule(
  directory: string,
  before: readonly string[],
  recipients: readonly string[],
): Promise<SopsRule> {
  const path = join(directory, ".sops.yaml");
  const text = ruleText(recipients);
  const held = await readText(path);
  if (held === text) return "kept in step";
  if (held === undefined ? await isAbove(dirname(directory)) : held !== ruleText(before)) return "other";
  await writeBeside(directory, path, text);
  return held === undefined ? "made" : "kept in step";
}

/** The rule for what two sides made of the recipients of `base`; undefined when one of the three is not a rule as freehold writes it. */
export function mergeRules(base: string, ours: string, theirs: string): string | undefined {
  const [were, here, there] = [base, ours, theirs].map(recipientsIn);
  return were && here && there && ruleText(mergeRecipients(were, here, there));
}

function recipientsIn(text: string): string[] | undefined {
  const recipients = text.match(/\bage1[a-z0-9]+/g) ?? [];
  return text === "" || text === ruleText(recipients) ? recipients : undefined;
}

async function isAbove(directory: string): Promise<boolean> {
  if ((await readText(join(directory, ".sops.yaml"))) !== undefined) return true;
  return dirname(directory) === directory ? false : isAbove(dirname(directory));
}

function ruleText(recipients: readonly string[]): string {
  return `# For sops, which reads and writes secrets.yaml as freehold does. freehold secrets recipients keeps it in step.
creation_rules:
  - path_regex: (^|/)secrets\\.yaml$
    age: >-
${recipients.map((recipient) => `      ${recipient}`).join(",\n")}
`;
}
