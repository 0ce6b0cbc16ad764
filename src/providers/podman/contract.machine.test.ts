import { podmanWorld } from "../../../test/podman/world.ts";
import { runtimeContract } from "../contract.ts";

runtimeContract("Podman", podmanWorld);
