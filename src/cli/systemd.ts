import { access } from "node:fs/promises";
import { join } from "node:path";
import { exec } from "../lib/exec.ts";
import { isErrno, readIfThere, writeAtomically } from "../lib/fs.ts";
import { fail, problemOf } from "../lib/problem.ts";
import { type Roots, rootsFrom } from "../providers/layout.ts";
import type { SupervisorStart } from "./supervisor.ts";

const unitFile = "/etc/systemd/system/freehold@.service";

/**
 * The unit that keeps a site running from boot on, an instance per site. Only the supervisor's own process is ended with it: what it
 * started goes on (systemd.kill(5), KillMode). It ends by itself after `down`, which is no failure.
 */
export function unitText(home: string): string {
  const program = join(home, "bin/freehold").replaceAll("%", "%%").replace(/["\\]/g, "\\$&");
  return `[Unit]
Description=freehold keeps the site %i running
Wants=network-online.target
After=network-online.target local-fs.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStartPre="${program}" supervise --warm
ExecStart="${program}" supervise --site-name %i
Restart=on-failure
RestartSec=5
KillMode=process
TasksMax=infinity
LimitNOFILE=1048576

[Install]
WantedBy=multi-user.target
`;
}

/** What became of installing the unit of a site. */
export type UnitInstalled =
  | { readonly state: "started" }
  /** In a few words why. */
  | { readonly state: "failed" | "none"; readonly why: string };

/** Installs and starts the unit of a site, where that can be. */
export async function installUnit(
  options: { readonly roots: Roots; readonly home: string },
  site: string,
): Promise<UnitInstalled> {
  const usual = rootsFrom({});
  if (options.roots.root !== usual.root || options.roots.run !== usual.run)
    return { state: "none", why: "freehold keeps its things in a place of your choosing" };
  const unit = await startUnit(options, site);
  if (unit === undefined) return { state: "none", why: "systemd does not run this machine" };
  return unit.state === "failed" ? unit : { state: "started" };
}

/**
 * Starts the supervisor of a site as a unit that is also started at boot. Undefined where systemd does not run the machine
 * (sd_booted(3)), or freehold keeps its things in a place of the person's choosing.
 */
export async function startUnit(
  { roots, home }: { readonly roots: Roots; readonly home: string },
  site: string,
): Promise<SupervisorStart | undefined> {
  const usual = rootsFrom({});
  if (roots.root !== usual.root || roots.run !== usual.run || !(await isBooted())) return undefined;
  try {
    const text = unitText(home);
    if ((await readIfThere(unitFile)) !== text) {
      await writeAtomically(unitFile, text, 0o644);
      await systemctl("daemon-reload");
    }
    await systemctl("enable", "--now", `freehold@${site}.service`);
    return { state: "started" };
  } catch (thrown) {
    return { state: "failed", why: problemOf(thrown).message };
  }
}

async function systemctl(...words: readonly string[]): Promise<void> {
  const { code, stderr } = await exec(["systemctl", ...words]);
  if (code !== 0) fail("UNIT_FAILED", `systemctl ${words[0]} failed: ${stderr.trim().split("\n").at(-1) ?? code}`);
}

async function isBooted(): Promise<boolean> {
  try {
    await access("/run/systemd/system");
    return true;
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return false;
    throw thrown;
  }
}
