import { clusterWorld } from "../../../test/kubernetes/contract-world.ts";
import { runtimeContractForFailed, runtimeContractForSnapshots, runtimeContractForTalk } from "../contract.ts";

// the other half is in contract.cluster.test.ts
runtimeContractForTalk("a cluster", clusterWorld);
runtimeContractForFailed("a cluster", clusterWorld);
runtimeContractForSnapshots("a cluster", clusterWorld);
