import { newDataKey } from "./data-key.ts";
import { openFileWith } from "./open.ts";
import type { Opened } from "./reseal.ts";
import { wholeFile, withNewKey, withRecipients } from "./seal.ts";
import type { Versions } from "./versions.ts";

/**
 * The file on whose data key and recipients a merge stands. A data key is kept only when nobody can know it who shall not open the
 * merge, and none that one side has rotated away; else there is a new one.
 */
export async function groundOf(versions: Versions, recipients: readonly string[], now: number): Promise<Opened> {
  const { ours, theirs } = versions;
  const held = [ours, theirs].find(({ key }) => !isRotatedAway(versions, key) && isKnownTo(versions, key, recipients));
  if (held === undefined) {
    const key = newDataKey();
    return opened(await withNewKey(ours.file, ours, key, recipients, now), key);
  }
  const has = held.file.metadata.keys.map(({ recipient }) => recipient);
  if (has.join() === recipients.join()) return held;
  return opened(await withRecipients(held.file, held, recipients, now), held.key);
}

/** Whether two data keys are one. */
export function isSameKey(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.from(one).equals(other);
}

function isRotatedAway({ base, ours, theirs }: Versions, key: Uint8Array): boolean {
  const was = base?.opened?.key;
  return was !== undefined && isSameKey(was, key) && !(isSameKey(ours.key, key) && isSameKey(theirs.key, key));
}

/** Whether every version that this data key opens was sealed for these recipients alone. */
function isKnownTo({ base, ours, theirs }: Versions, key: Uint8Array, recipients: readonly string[]): boolean {
  return [base?.opened, ours, theirs]
    .filter((it) => it !== undefined && isSameKey(it.key, key))
    .every((it) => it?.file.metadata.keys.every(({ recipient }) => recipients.includes(recipient)));
}

function opened(text: string, key: Uint8Array): Opened {
  const file = wholeFile(text);
  return { file, ...openFileWith(file, key) };
}
