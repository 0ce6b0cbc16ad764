import { afterAll, beforeAll, expect, test } from "vitest";
import { createMachine, endMachines, type Machine } from "../../../test/world/machine.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await createMachine();
});
afterAll(endMachines);

const dead = "netns-00000000-0000-0000-0000-000000000001";
const inhabited = "netns-00000000-0000-0000-0000-000000000002";

test("only a namespace of Podman's with this address and without a process is taken away", async () => {
  for (const name of [dead, inhabited, "mine"]) {
    await machine.exec(["ip", "netns", "add", name]);
    await machine.exec(["ip", "-n", name, "link", "add", "eth0", "type", "veth", "peer", "name", "other"]);
    await machine.exec(["ip", "-n", name, "address", "add", "10.224.5.2/24", "dev", "eth0"]);
  }
  await machine.start(["nsenter", `--net=/run/netns/${inhabited}`, "sleep", "600"]);
  await sweep("10.224.5.20");
  expect(await namespaces()).toEqual(["mine", dead, inhabited]);
  await sweep("10.224.5.2");
  expect(await namespaces()).toEqual(["mine", inhabited]);
});

/** Runs the sweep on the machine, whose namespaces this side does not see. */
async function sweep(address: string): Promise<void> {
  const module = new URL("./stray-network.ts", import.meta.url).pathname;
  const script = `import("${module}").then((m) => m.removeStrayNetworks("${address}"))`;
  const { code, stderr } = await machine.exec([process.execPath, "-e", script]);
  if (code !== 0) throw new Error(stderr);
}

async function namespaces(): Promise<string[]> {
  return (await machine.exec(["ls", "/run/netns"])).stdout.trim().split("\n");
}
