import { chmod, chown, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../lib/fs.ts";
import { fail } from "../lib/problem.ts";
import type { ResourceId } from "../resource/base.ts";
import type { SiteLayout } from "./layout.ts";

/**
 * The directory on the machine of a part's own certificate, which its containers mount: versions, and `current`, which leads to the
 * newest. Undefined for those of the front door, which lie together as a file each.
 */
export function partCertificateDirectory(layout: SiteLayout, id: ResourceId): string | undefined {
  const name = partCertificateName(id);
  return name === undefined ? undefined : join(layout.partCertificates, name);
}

/** `SERVICE_PART`, which no host is called. */
export function partCertificateName(id: ResourceId): string | undefined {
  const [, service = "", part = "", ...more] = id.split("/");
  if (service === "front") return undefined;
  if (more.length === 0 && /^[a-z0-9-]+$/.test(service) && /^[a-z0-9-]+$/.test(part)) return `${service}_${part}`;
  return fail("BUG", `expected certificate/SERVICE/PART, got ${JSON.stringify(id)}`, { kind: "bug" });
}

/** The mark of a directory that was given to somebody. */
const given = 0o1000;

/**
 * Gives a part's certificate, and those that come after it, to a user of the machine: only whoever starts a container knows what user
 * its image names. The directory itself remembers it, last: it is that user's, and has the
 * sticky bit, since root may be that user.
 */
export async function givePartCertificate(directory: string, uid: number): Promise<void> {
  const current = join(directory, "current");
  for (const name of await readdir(current)) await chown(join(current, name), uid, uid);
  await chown(current, uid, uid);
  await chown(directory, uid, uid);
  await chmod(directory, given | 0o755);
}

/** Whom a part's certificate was given to; undefined before it was. */
export async function holderOf(directory: string): Promise<number | undefined> {
  try {
    const { uid, mode } = await stat(directory);
    return (mode & given) === 0 ? undefined : uid;
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return undefined;
    throw thrown;
  }
}
