import type { Roots } from "../layout.ts";
import type { Places } from "./places.ts";

/** What was found on the machine that Podman's settings depend on. */
export type MachineFacts = {
  readonly runtime: "crun" | "runc";
  /** systemd is process 1, so control groups are its business. */
  readonly systemd: boolean;
  /** Hard limits of this process; `Infinity` for none. */
  readonly openFiles: number;
  readonly processes: number;
};

/** What most images need to start with as root and give up by themselves; fewer than Podman would give. */
const usualCapabilities = [
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "NET_BIND_SERVICE",
  "SETGID",
  "SETUID",
] as const;

/** The text of our own containers.conf(5). Raising a limit may be forbidden, so none is above what this process has. */
export function containersConf(facts: MachineFacts): string {
  const files = Math.min(facts.openFiles, 1_048_576);
  const processes = Math.min(facts.processes, 4096); // above the hard limit it fails in a user namespace
  return `[engine]
runtime = "${facts.runtime}"
cgroup_manager = "${facts.systemd ? "systemd" : "cgroupfs"}"
events_logger = "file"
lock_type = "file"
[network]
network_backend = "netavark"
[containers]
default_capabilities = ${JSON.stringify(usualCapabilities)}
default_ulimits = ["nofile=${files}:${files}", "nproc=${processes}:${processes}"]
log_driver = "k8s-file"
log_size_max = ${10 * 1024 * 1024}
base_hosts_file = "none"
host_containers_internal_ip = "none"
`;
}

/** The text of our own storage.conf(5). */
export function storageConf(places: Places, roots: Roots): string {
  const shared =
    roots.imageStore === undefined ? "" : `additionalimagestores = [${JSON.stringify(roots.imageStore)}]\n`;
  return `[storage]
driver = "overlay"
graphroot = ${JSON.stringify(places.storage)}
runroot = ${JSON.stringify(places.runStorage)}
[storage.options]
${shared}`;
}

/**
 * The runtime to use: crun refuses control groups of version 1 and mixed ones, so with those it is runc; otherwise the one
 * that is there. Absent when neither is.
 */
export function chooseRuntime(mounts: string, found: readonly string[]): MachineFacts["runtime"] | undefined {
  const hasVersion1 = mounts.split("\n").some((line) => line.split(" ")[2] === "cgroup");
  const order = hasVersion1 ? (["runc", "crun"] as const) : (["crun", "runc"] as const);
  return order.find((name) => found.includes(name));
}

/** A hard limit in the text of /proc/PID/limits, see proc(5). */
export function hardLimit(limits: string, name: "Max open files" | "Max processes"): number {
  const line = limits.split("\n").find((each) => each.startsWith(name));
  const hard = line?.slice(name.length).trim().split(/\s+/)[1];
  return hard === undefined || hard === "unlimited" ? Number.POSITIVE_INFINITY : Number(hard);
}
