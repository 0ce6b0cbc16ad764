import { clusterWorld } from "../../../test/kubernetes/contract-world.ts";
import { runtimeContract } from "../contract.ts";

runtimeContract("a cluster", clusterWorld);
