import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BrowserContext, type BrowserContextOptions, chromium } from "playwright-core";
import type { TestSite } from "./site.ts";

/** Installs the site's authority where Chromium looks on Linux: the person's NSS database. */
export async function trustAuthority({ machine, authority }: TestSite, person: string): Promise<void> {
  const database = join(machine.disk, person, ".pki/nssdb");
  await mkdir(database, { recursive: true });
  for (const words of [
    ["-N", "--empty-password"],
    ["-A", "-t", "C,,", "-n", "freehold", "-i", authority],
  ]) {
    const { code, stderr } = await machine.exec(["certutil", "-d", `sql:${database}`, ...words]);
    if (code !== 0) throw new Error(`certutil: ${stderr}`);
  }
}

/** Starts a Chromium inside the machine; what it is told comes by pipes. No switch that softens certificates. */
export async function launch(
  { machine }: TestSite,
  person: string,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const home = join(machine.disk, person);
  await mkdir(home, { recursive: true });
  const program = join(home, "chromium");
  const enter = `nsenter -t ${machine.pid()} -r -m -p -n -u -i env HOME=${home} TMPDIR=${home}`;
  await writeFile(program, `#!/bin/sh\nexec ${enter} /usr/bin/chromium "$@"\n`);
  await chmod(program, 0o755);
  return chromium.launchPersistentContext(join(home, "profile"), {
    executablePath: program,
    args: ["--disable-dev-shm-usage", "--disable-gpu"],
    handleSIGINT: false,
    ...options,
  });
}
