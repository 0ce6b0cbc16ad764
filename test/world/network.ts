import { execOrFail } from "../../src/lib/exec.ts";

/** The machine's addresses on the two networks outside, and what stands there. Documentation and home ranges. */
export const addresses = {
  /** This machine and its router on the public side. */
  machine: "203.0.113.10",
  router: "203.0.113.1",
  /** This machine and another one in the home network. */
  machineAtHome: "192.168.77.10",
  neighbour: "192.168.77.1",
  /** Somewhere on the internet, beyond the router. */
  internet: "198.51.100.7",
} as const;

/** Runs commands of `ip` in the network namespace of a process. */
async function ip(pid: number, commands: readonly string[]): Promise<void> {
  await execOrFail(["nsenter", "-t", `${pid}`, "-n", "ip", "-batch", "-"], { input: `${commands.join("\n")}\n` });
}

/**
 * Lays two cables between a machine and the outside: one to the internet, with the default route, and one to the home network.
 * Outside, every address at all answers.
 */
export async function cable(machine: number, outside: number): Promise<void> {
  for (const name of ["wan", "lan"]) {
    await execOrFail([
      "ip",
      "link",
      "add",
      name,
      "netns",
      `${machine}`,
      "type",
      "veth",
      "peer",
      "name",
      name,
      "netns",
      `${outside}`,
    ]);
  }
  await ip(outside, [
    "link set lo up",
    `address add ${addresses.router}/24 dev wan`,
    `address add ${addresses.neighbour}/24 dev lan`,
    "link set wan up",
    "link set lan up",
    "route add local 0.0.0.0/0 dev lo",
  ]);
  await ip(machine, [
    `address add ${addresses.machine}/24 dev wan`,
    `address add ${addresses.machineAtHome}/24 dev lan`,
    "link set wan up",
    "link set lan up",
    `route add default via ${addresses.router}`,
  ]);
}
