import { stringify } from "yaml";
import type { Lock } from "./locked.ts";

const head = `# Which image each tag meant when it was chosen, so that what runs does not change by itself.
# Written by freehold update.
`;

/** The text of images.lock.yaml, sorted, a line for each image: two branches that lock different images merge. */
export function lockText(lock: Lock): string {
  const entries = Object.entries(lock).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? head : `${head}${stringify(Object.fromEntries(entries), { lineWidth: 0 })}`;
}
