import { join } from "node:path";
import type { Roots } from "../layout.ts";

/** Where the private Podman of one freehold root keeps its things. */
export type Places = {
  /** Images and containers. */
  readonly storage: string;
  readonly networks: string;
  /** Mounts and the state of this boot. */
  readonly runStorage: string;
  readonly tmp: string;
  readonly containersConf: string;
  readonly storageConf: string;
  /** Names the boot that the run directory is of. */
  readonly boot: string;
  /** A directory for each process' API socket. */
  readonly api: string;
  readonly run: string;
  readonly root: string;
};

/** The places under the roots. */
export function podmanPlaces(roots: Roots): Places {
  const root = join(roots.root, "podman");
  const run = join(roots.run, "podman");
  return {
    root,
    run,
    storage: join(root, "storage"),
    networks: join(root, "networks"),
    runStorage: join(run, "storage"),
    tmp: join(run, "tmp"),
    containersConf: join(run, "containers.conf"),
    storageConf: join(run, "storage.conf"),
    boot: join(run, "boot"),
    api: join(run, "api"),
  };
}
