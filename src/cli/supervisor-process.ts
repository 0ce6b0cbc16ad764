import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { supervisorHolder } from "../controller/supervise.ts";
import type { Clock } from "../lib/clock.ts";
import { exec, start } from "../lib/exec.ts";
import { isStopped } from "../lib/proc.ts";
import { type Roots, siteLayout } from "../providers/layout.ts";
import type { Supervisor } from "./supervisor.ts";
import { supervisorEnvironment } from "./supervisor-environment.ts";
import { startUnit } from "./systemd.ts";

/** How long a supervisor may take to take its place, or to leave it, in milliseconds. */
const patience = { start: 5000, end: 20_000, look: 100 };

/** What the supervisor's process is started with. */
export type SupervisorOptions = {
  readonly roots: Roots;
  readonly clock: Clock;
  /** Where freehold lies. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** The supervisor as a process of its own: a unit where systemd runs the machine, else a detached process. */
export function supervisorProcess(options: SupervisorOptions): Supervisor {
  const { roots, clock } = options;
  const waitFor = async (site: string, wanted: "there" | "gone", time: number, signal?: AbortSignal) => {
    const until = clock.elapsed() + time;
    for (;;) {
      const holder = await supervisorHolder(roots, site);
      if ((holder !== undefined) === (wanted === "there")) return true;
      if (clock.elapsed() >= until) return false;
      await clock.sleep(patience.look, signal);
    }
  };
  return {
    ensure: async (site) => {
      const holder = await supervisorHolder(roots, site);
      if (holder !== undefined && (await isStopped(holder.pid)))
        return {
          state: "failed",
          why: `its process ${holder.pid} is stopped, and kill -CONT ${holder.pid} lets it go on`,
        };
      if (holder !== undefined) return { state: "running" };
      const unit = await startUnit(options, site);
      if (unit !== undefined && unit.state === "failed") return unit;
      const log = unit === undefined ? await startProcess(options, site) : "journalctl -u freehold@";
      if (await waitFor(site, "there", patience.start)) return { state: "started" };
      return { state: "failed", why: `the supervisor did not start; ${log} says why` };
    },
    ended: async (site, signal) => {
      const holder = await supervisorHolder(roots, site);
      if (holder !== undefined && (await isStopped(holder.pid))) return holder.pid;
      await waitFor(site, "gone", patience.end, signal);
      return (await supervisorHolder(roots, site))?.pid;
    },
  };
}

/** Starts it detached; resolves with the file that it writes to. */
async function startProcess({ roots, home, env: ours }: SupervisorOptions, site: string): Promise<string> {
  const env = supervisorEnvironment(ours);
  const program = join(home, "bin/freehold");
  await exec([program, "supervise", "--warm"], { env });
  const directory = siteLayout(roots, site).home;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const log = join(directory, "supervisor.log");
  const output = openSync(log, "a", 0o600);
  try {
    const child = start([program, "supervise", "--site-name", site], {
      cwd: "/",
      detached: true,
      env,
      stdio: ["ignore", output, output],
    });
    child.on("error", () => {}); // that it did not start shows in nobody taking its place
    child.unref();
  } finally {
    closeSync(output);
  }
  return log;
}
