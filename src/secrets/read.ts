import type { Problem } from "../lib/problem.ts";
import { readSecretsFile } from "./document.ts";
import type { SealedSecrets } from "./sealed.ts";

/** What secrets.yaml holds, sealed; without `sealed` there are problems. */
export type ReadSealed = { readonly sealed?: SealedSecrets; readonly problems: readonly Problem[] };

/**
 * Reads the text of secrets.yaml, which is a map of names to texts in the form of sops, without any key. Never throws; every problem
 * has its place.
 */
export function readSealed(text: string): ReadSealed {
  const { file, problems } = readSecretsFile(text);
  if (file === undefined) return { problems };
  const values = file.entries
    .map(({ name, text: sealed }) => [name, sealed] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { sealed: { values: Object.fromEntries(values), keys: file.metadata.keys }, problems };
}
