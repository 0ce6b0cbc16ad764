import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isErrno, writeAtomically } from "../../lib/fs.ts";
import { readProc } from "../../lib/proc.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { SiteLayout } from "../layout.ts";
import { partCertificateDirectory } from "../part-certificate.ts";
import { runDirectory } from "./binds.ts";
import { namesIn } from "./directory.ts";
import { forgetReloads } from "./elders.ts";
import { currentVersion, fileDirectory } from "./file.ts";
import { fileName } from "./names.ts";
import { readSidecar } from "./sidecar.ts";

/** Begins a line about where visitors are led. */
const leadsTo = "leads to ";

/**
 * What the live mounts of a container show now, a line each: the versions of its files and where they lead visitors, and names, sizes
 * and times of the certificates.
 */
export async function liveContent(layout: SiteLayout, container: Container): Promise<string> {
  const lines: string[] = [];
  for (const { source, live } of container.mounts) {
    if (source === "certificates") lines.push(...(await certificatesNow(layout)));
    else if (live)
      lines.push(
        `${source} ${await currentVersion(liveDirectory(layout, source))}`,
        ...(await leadsNow(layout, source)),
      );
  }
  return lines.join("\n");
}

async function leadsNow(layout: SiteLayout, source: string): Promise<readonly string[]> {
  const file = (await readSidecar(`${fileDirectory(layout, source)}.json`))?.resource;
  return file?.kind === "file" ? (file.handsTo ?? []).map((id) => `${leadsTo}${id}`) : [];
}

/** Where a container led visitors when it last took up its live mounts; undefined for those that take up nothing. */
export async function leadsOf(layout: SiteLayout, container: Container): Promise<readonly string[] | undefined> {
  if (container.reload === undefined) return undefined;
  const lines = (await readProc(markOf(layout, container)))?.split("\n");
  return lines?.flatMap((line) => (line.startsWith(leadsTo) ? [line.slice(leadsTo.length)] : []));
}

function liveDirectory(layout: SiteLayout, source: string): string {
  const certificate = source.startsWith("certificate/") ? partCertificateDirectory(layout, source) : undefined;
  return certificate ?? fileDirectory(layout, source);
}

/** Remembers what a container has loaded. Forgotten by a reboot, as what runs is. */
export async function markLoaded(layout: SiteLayout, container: Container, live: string): Promise<void> {
  await mkdir(join(layout.run, "loaded"), { recursive: true, mode: 0o711 });
  await writeAtomically(markOf(layout, container), live, 0o600);
}

/**
 * Whether a container with `reload` has loaded all that its live mounts show now; a certificate that has gone since is nothing
 * to load. True for those that see it by themselves.
 */
export async function hasLoaded(layout: SiteLayout, container: Container): Promise<boolean> {
  if (container.reload === undefined) return true;
  try {
    const loaded = new Set((await readFile(markOf(layout, container), "utf8")).split("\n"));
    return (await liveContent(layout, container)).split("\n").every((line) => loaded.has(line));
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return false;
    throw thrown;
  }
}

/** Forgets what is remembered of a container that is gone, and its run directory. */
export async function forgetRun(layout: SiteLayout, container: Container): Promise<void> {
  await rm(markOf(layout, container), { force: true });
  await forgetReloads(layout, container);
  await rm(runDirectory(layout, container), { recursive: true, force: true });
}

function markOf(layout: SiteLayout, container: Container): string {
  return join(layout.run, "loaded", fileName(container.id));
}

async function certificatesNow({ certificates }: SiteLayout): Promise<string[]> {
  const names = await namesIn(certificates);
  const lines = await Promise.all(names.map((name) => certificateNow(certificates, name)));
  return lines.filter((line) => line !== undefined);
}

async function certificateNow(directory: string, name: string): Promise<string | undefined> {
  try {
    const { size, mtimeNs, ino } = await stat(join(directory, name), { bigint: true });
    return `certificate ${name} ${size} ${mtimeNs} ${ino}`;
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return undefined; // another step takes it away at this moment
    throw thrown;
  }
}
