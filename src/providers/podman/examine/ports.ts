import { readProc } from "../../../lib/proc.ts";
import { type Holder, holderOf, type Listener, listeners } from "../../../lib/proc-net.ts";
import type { Finding } from "../../provider.ts";
import { type Examined, fine, wrong } from "./finding.ts";

/** Who has a port that the front door wants. */
export type PortFacts = {
  readonly port: number;
  /** The key of site.yaml under `front` that says which port it is. */
  readonly key: "http" | "https";
  readonly taken: boolean;
  /** Absent when nobody has it, or it could not be seen who. */
  readonly holder?: Holder;
  /** The unit of systemd that the holder belongs to. */
  readonly unit?: string;
  /** The site whose front door the holder is. */
  readonly frontOf?: string;
  /** The site that wants it. */
  readonly site?: string;
};

/** Looks at the ports of the front door. */
export async function examinePorts({ site }: Examined): Promise<readonly Finding[]> {
  const addresses = site?.addresses ?? ["0.0.0.0", "::"];
  const all = await listeners("self");
  const wanted = [
    { key: "http", port: site?.http ?? 80 },
    { key: "https", port: site?.https ?? 443 },
  ] as const;
  return Promise.all(
    wanted.map(async ({ key, port }) => {
      const there = all.filter((listener) => listener.port === port && collides(listener, addresses));
      const holder = there.length === 0 ? undefined : await holderOf(new Set(there.map(({ inode }) => inode)));
      const frontOf = holder === undefined ? undefined : await siteOf(holder.pid);
      const unit = holder === undefined ? undefined : await unitOf(holder.pid);
      return judgePort({
        port,
        key,
        taken: there.length > 0,
        ...(holder === undefined ? {} : { holder }),
        ...(unit === undefined ? {} : { unit }),
        ...(frontOf === undefined ? {} : { frontOf }),
        ...(site === undefined ? {} : { site: site.name }),
      });
    }),
  );
}

/** What follows from who has a port. Pure. */
export function judgePort({ port, key, taken, holder, unit, frontOf, site }: PortFacts): Finding {
  const name = `port-${port}`;
  if (!taken) return fine(name, "free");
  if (frontOf !== undefined && frontOf === (site ?? frontOf)) return fine(name, `the front door of ${frontOf} has it`);
  const elsewhere = `set front: {${key}: ${(port + 8000) % 65_536}} in site.yaml`;
  if (frontOf !== undefined)
    return wrong(name, `the front door of ${frontOf}, another site, has it`, "nobody", elsewhere);
  if (holder === undefined)
    return wrong(name, "somebody has it", "nobody", `ss -ltnp sport = :${port} tells who; or ${elsewhere}`);
  const stop = unit === undefined ? "end that program" : `systemctl disable --now ${unit}`;
  return wrong(name, `${holder.program} (pid ${holder.pid}) has it`, "nobody", `${stop}, or ${elsewhere}`);
}

/** Whether somebody who listens there is in the way of one of these addresses: every address stands for all of them. */
function collides({ address }: Listener, addresses: readonly string[]): boolean {
  const every = ["0.0.0.0", "::"];
  return every.includes(address) || addresses.some((each) => every.includes(each) || each === address);
}

/** The site whose certificates a process sees, which front doors alone do; see proc_pid_mountinfo(5). */
async function siteOf(pid: number): Promise<string | undefined> {
  return siteFromMounts((await readProc(`/proc/${pid}/mountinfo`)) ?? "");
}

/** The site in the text of /proc/PID/mountinfo. */
export function siteFromMounts(text: string): string | undefined {
  return /^\S+ \S+ \S+ \S*\/sites\/([a-z0-9-]+)\/certificates /m.exec(text)?.[1];
}

async function unitOf(pid: number): Promise<string | undefined> {
  return unitFromCgroups((await readProc(`/proc/${pid}/cgroup`)) ?? "");
}

/**
 * The service of the machine's systemd that a process belongs to, in the text of /proc/PID/cgroup (cgroups(7)). Absent for what a
 * person started, in a session or as a unit of their own, and for containers.
 */
export function unitFromCgroups(text: string): string | undefined {
  return /^(?:0::|\d+:name=systemd:)\/system\.slice\/(?:[^/\n]+\.slice\/)*([A-Za-z0-9][\w:.@-]*)\.service(?:\/|$)/m.exec(
    text,
  )?.[1];
}
