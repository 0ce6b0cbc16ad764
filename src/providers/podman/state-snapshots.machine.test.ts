import { podmanWorld } from "../../../test/podman/world.ts";
import { makeDisk } from "../../../test/world/disk.ts";
import { runtimeContractForSnapshots } from "../contract/snapshots.ts";

// The machine's own disk has its turn with the rest of the contract.
runtimeContractForSnapshots("Podman on btrfs", async () => {
  const disk = await makeDisk("btrfs", 1000);
  const world = await podmanWorld(disk.path);
  return {
    ...world,
    end: async () => {
      await world.end();
      await disk.end();
    },
  };
});
