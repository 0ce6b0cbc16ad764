import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/lib/clock.ts";
import type { ContractWorld } from "../../src/providers/contract.ts";
import type { Roots } from "../../src/providers/layout.ts";
import { podmanRuntime } from "../../src/providers/podman/provider.ts";
import type { Runtime } from "../../src/providers/provider.ts";
import { retrying } from "../../src/providers/retry.ts";
import { machineIdentity } from "../../src/secrets/machine-identity.ts";
import { sealedFor } from "../secrets/sealed.ts";
import { unmountBelow } from "../world/mounts.ts";
import { commands, perlContext, reloading } from "./image.ts";
import { freeSlots } from "./slots.ts";

/** A Podman of a test's own: roots in a directory that goes, sites and slots that nobody else has. */
export type PodmanWorld = ContractWorld & {
  readonly roots: Roots;
  readonly directory: string;
  readonly runtime: Runtime;
};

/** Makes one on this machine, below a directory. `end` leaves nothing: no container, network, mount, process or file. */
export async function podmanWorld(below: string = tmpdir()): Promise<PodmanWorld> {
  const directory = await mkdtemp(join(below, "freehold-podman-"));
  const roots = { root: join(directory, "root"), run: join(directory, "run") };
  const runtime = retrying(podmanRuntime({ roots, clock: systemClock }), systemClock); // as on a real machine
  const name = `t${randomBytes(3).toString("hex")}`;
  const site = `${name}-one`;
  return {
    runtime,
    roots,
    directory,
    site,
    otherSite: `${name}-two`,
    image: {
      kind: "image",
      id: "image/test",
      service: "test",
      needs: [],
      reference: `localhost/freehold/${name}:1`,
      source: { from: "build", context: await perlContext(directory), digest: name },
    },
    slots: freeSlots(),
    commands,
    seal: async (values) => sealedFor((await machineIdentity(roots.root)).recipient, values),
    reloading,
    kill: async (id) => {
      const { resources } = await runtime.observe(site);
      const pid = resources.find(({ resource }) => resource.id === id)?.run?.pid ?? 0;
      if (pid > 1) process.kill(pid, "SIGKILL");
      while (
        (await runtime.observe(site)).resources.some(({ resource, run }) => resource.id === id && run?.pid === pid)
      ) {}
    },
    end: async () => {
      await runtime.close();
      await unmountBelow(directory);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
