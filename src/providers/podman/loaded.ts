import { createHash } from "node:crypto";
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isErrno, writeAtomically } from "../../lib/fs.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { SiteLayout } from "../layout.ts";
import { runDirectory } from "./binds.ts";
import { namesIn } from "./directory.ts";
import { currentVersion, fileDirectory } from "./file.ts";
import { fileName } from "./names.ts";

/**
 * What the live mounts of a container show now, as a digest: the versions of its files, and names, sizes and times of the
 * certificates. Two equal digests mean that there is nothing new to load.
 */
export async function liveDigest(layout: SiteLayout, container: Container): Promise<string> {
  const digest = createHash("sha256");
  for (const { source, live } of container.mounts) {
    if (source === "certificates") digest.update(`${await certificatesNow(layout)}\n`);
    else if (live) digest.update(`${source} ${await currentVersion(fileDirectory(layout, source))}\n`);
  }
  return digest.digest("hex");
}

/** Remembers what a container has loaded. Forgotten by a reboot, as what runs is. */
export async function markLoaded(layout: SiteLayout, container: Container, live: string): Promise<void> {
  await mkdir(join(layout.run, "loaded"), { recursive: true, mode: 0o711 });
  await writeAtomically(markOf(layout, container), live, 0o600);
}

/** Whether a container with `reload` runs with what its live mounts show now. True for those that see it by themselves. */
export async function hasLoaded(layout: SiteLayout, container: Container): Promise<boolean> {
  if (container.reload === undefined) return true;
  try {
    return (await readFile(markOf(layout, container), "utf8")) === (await liveDigest(layout, container));
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return false;
    throw thrown;
  }
}

/** Forgets what is remembered of a container that is gone, and its run directory. */
export async function forgetRun(layout: SiteLayout, container: Container): Promise<void> {
  await rm(markOf(layout, container), { force: true });
  await rm(runDirectory(layout, container), { recursive: true, force: true });
}

function markOf(layout: SiteLayout, container: Container): string {
  return join(layout.run, "loaded", fileName(container.id));
}

async function certificatesNow({ certificates }: SiteLayout): Promise<string> {
  const names = await namesIn(certificates);
  const facts = await Promise.all(
    names.map(async (name) => {
      const { size, mtimeNs, ino } = await stat(join(certificates, name), { bigint: true });
      return `${name} ${size} ${mtimeNs} ${ino}`;
    }),
  );
  return facts.join("\n");
}
