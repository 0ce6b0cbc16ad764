import { clusterWorld } from "../../../test/kubernetes/contract-world.ts";
import {
  runtimeContractForChanges,
  runtimeContractForContainers,
  runtimeContractForSecrets,
  runtimeContractForThings,
} from "../contract.ts";

// the runtime's contract in two files, side by side: a cluster takes five seconds to take a namespace away
runtimeContractForThings("a cluster", clusterWorld);
runtimeContractForContainers("a cluster", clusterWorld);
runtimeContractForSecrets("a cluster", clusterWorld);
runtimeContractForChanges("a cluster", clusterWorld);
