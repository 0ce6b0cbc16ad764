import { runtimeContractForChanges } from "./contract/changes.ts";
import { runtimeContractForContainers } from "./contract/containers.ts";
import { runtimeContractForFailed } from "./contract/failed.ts";
import { runtimeContractForSecrets } from "./contract/secrets.ts";
import { runtimeContractForSnapshots } from "./contract/snapshots.ts";
import { runtimeContractForTalk } from "./contract/talk.ts";
import { runtimeContractForThings } from "./contract/things.ts";
import type { ContractWorld } from "./contract/world.ts";

export { runtimeContractForChanges } from "./contract/changes.ts";
export { runtimeContractForContainers } from "./contract/containers.ts";
export { runtimeContractForFailed } from "./contract/failed.ts";
export { type Sample, sample, way } from "./contract/sample.ts";
export { runtimeContractForSecrets } from "./contract/secrets.ts";
export { runtimeContractForSnapshots } from "./contract/snapshots.ts";
export { runtimeContractForTalk } from "./contract/talk.ts";
export { providerContract, runtimeContractForThings } from "./contract/things.ts";
export type { ContractCommands, ContractWorld } from "./contract/world.ts";

/**
 * What every runtime must do, in sentences. `make` is called once per chapter and gives a world with an empty site; `end`
 * takes everything away again. The runtime must provide all kinds (see `compose`); a chapter leaves nothing behind.
 */
export function runtimeContract(name: string, make: () => Promise<ContractWorld>): void {
  runtimeContractForThings(name, make);
  runtimeContractForContainers(name, make);
  runtimeContractForSecrets(name, make);
  runtimeContractForTalk(name, make);
  runtimeContractForFailed(name, make);
  runtimeContractForSnapshots(name, make);
  runtimeContractForChanges(name, make);
}
