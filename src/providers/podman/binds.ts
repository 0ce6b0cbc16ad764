import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../../lib/problem.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { Volume } from "../../resource/kinds/volume.ts";
import type { SiteLayout } from "../layout.ts";
import { partCertificateDirectory } from "../part-certificate.ts";
import { makePassable } from "./directory.ts";
import { currentVersion, fileDirectory, needVersion } from "./file.ts";
import { secretBinds } from "./given-secrets.ts";
import { fileName } from "./names.ts";
import type { Bind } from "./translate.ts";
import { needVolume } from "./volume.ts";

/** Where a container with `reload` finds its own run directory. */
const insideRun = "/run/freehold";

/** What a container sees of the machine. */
export type Binds = {
  readonly binds: readonly Bind[];
  /** Versions of the files that it sees fixed, by resource id. */
  readonly versions: Readonly<Record<string, string>>;
};

/** The directory on the machine that a container with `reload` sees at `/run/freehold`. */
export function runDirectory(layout: SiteLayout, container: Container): string {
  return join(layout.run, "inside", fileName(container.id));
}

/** Looks up what each mount is on the machine. Problems: `VOLUME_MISSING`, `FILE_MISSING`, `CERTIFICATE_MISSING`. */
export async function bindsOf(layout: SiteLayout, container: Container): Promise<Binds> {
  const binds: Bind[] = [];
  const versions: [string, string][] = [];
  for (const { source, target, live } of container.mounts) {
    if (source === "certificates") {
      await makePassable(layout.home, layout.certificates);
      binds.push({ source: layout.certificates, target, access: "read" });
    } else if (source === "start") {
      await makeStartDirectory(layout, container);
      binds.push({ source: layout.start, target, access: "read" });
    } else if (source.startsWith("certificate/")) {
      binds.push({ source: await needCertificate(layout, source), target, access: "read" });
    } else if (source.startsWith("volume/")) {
      binds.push({ source: (await needVolume(layout, source)).directory, target, access: "write" });
    } else {
      const { path, version } = await needVersion(layout, source);
      if (!live) versions.push([source, version]);
      binds.push({ source: live ? fileDirectory(layout, source) : path, target, access: "read" });
    }
  }
  binds.push(...secretBinds(layout, container));
  if (container.reload !== undefined)
    binds.push({ source: runDirectory(layout, container), target: insideRun, access: "write" });
  return { binds, versions: Object.fromEntries(versions) };
}

/** The directory of a part's certificate. Problem: `CERTIFICATE_MISSING`. */
async function needCertificate(layout: SiteLayout, source: string): Promise<string> {
  const directory = partCertificateDirectory(layout, source);
  if (directory !== undefined && (await currentVersion(directory)) !== undefined) return directory;
  return fail("CERTIFICATE_MISSING", `expected ${source} at ${directory}, got nothing`, { kind: "transient" });
}

/** The volumes that a container mounts. Problem: `VOLUME_MISSING`. */
export async function volumesOf(layout: SiteLayout, container: Container): Promise<Volume[]> {
  const sources = container.mounts.map(({ source }) => source).filter((source) => source.startsWith("volume/"));
  return Promise.all(sources.map(async (source) => (await needVolume(layout, source)).volume));
}

/** Makes the directory of the start page for a container that sees it; a reboot forgets it. */
export async function makeStartDirectory(layout: SiteLayout, { mounts }: Container): Promise<void> {
  if (mounts.some(({ source }) => source === "start")) await makePassable(layout.run, layout.start);
}

/** Makes the directory that a container with `reload` sees; a reboot forgets it. */
export async function makeRunDirectory(layout: SiteLayout, container: Container): Promise<string> {
  const directory = runDirectory(layout, container);
  await makePassable(layout.run, join(layout.run, "inside"));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return directory;
}
