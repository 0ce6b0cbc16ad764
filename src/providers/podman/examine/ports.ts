import { access } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../../../lib/fs.ts";
import { readProc } from "../../../lib/proc.ts";
import { type Holder, holderOf, type Listener, listeners } from "../../../lib/proc-net.ts";
import type { Finding } from "../../provider.ts";
import { podmanPlaces } from "../places.ts";
import { type Examined, fine, wrong } from "./finding.ts";

/** Who has a port that the front door wants. */
export type PortFacts = {
  readonly port: number;
  /** The key of site.yaml under `front` that says which port it is. */
  readonly key: "http" | "https";
  readonly taken: boolean;
  /** Absent when nobody has it, or it could not be seen who. */
  readonly holder?: Holder;
  /** The holder is a container of this freehold. */
  readonly ours: boolean;
};

/** Looks at the ports of the front door. */
export async function examinePorts({ root, run, site }: Examined): Promise<readonly Finding[]> {
  const addresses = site?.addresses ?? ["0.0.0.0", "::"];
  const all = await listeners("self");
  const wanted = [
    { key: "http", port: site?.http ?? 80 },
    { key: "https", port: site?.https ?? 443 },
  ] as const;
  const storage = podmanPlaces({ root, run }).storage;
  return Promise.all(
    wanted.map(async ({ key, port }) => {
      const there = all.filter((listener) => listener.port === port && collides(listener, addresses));
      const holder = there.length === 0 ? undefined : await holderOf(new Set(there.map(({ inode }) => inode)));
      const ours = holder !== undefined && (await isOurs(holder.pid, storage));
      return judgePort({ port, key, taken: there.length > 0, ours, ...(holder === undefined ? {} : { holder }) });
    }),
  );
}

/** What follows from who has a port. Pure. */
export function judgePort({ port, key, taken, holder, ours }: PortFacts): Finding {
  const name = `port-${port}`;
  if (!taken) return fine(name, "free");
  if (ours) return fine(name, "the front door has it");
  const elsewhere = `set front: {${key}: ${port + 8000}} in site.yaml`;
  if (holder === undefined)
    return wrong(name, "somebody has it", "nobody", `ss -ltnp sport = :${port} tells who; or ${elsewhere}`);
  const stop = /^[a-z][a-z0-9-]*$/.test(holder.program) ? `systemctl disable --now ${holder.program}, or ` : "";
  return wrong(name, `${holder.program} (pid ${holder.pid}) has it`, "nobody", `${stop}${elsewhere}`);
}

/** Whether somebody who listens there is in the way of one of these addresses: every address stands for all of them. */
function collides({ address }: Listener, addresses: readonly string[]): boolean {
  const every = ["0.0.0.0", "::"];
  return every.includes(address) || addresses.some((each) => every.includes(each) || each === address);
}

async function isOurs(pid: number, storage: string): Promise<boolean> {
  const container = /libpod-([0-9a-f]{64})/.exec((await readProc(`/proc/${pid}/cgroup`)) ?? "")?.[1];
  if (container === undefined) return false;
  try {
    await access(join(storage, "overlay-containers", container));
    return true;
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return false;
    throw thrown;
  }
}
