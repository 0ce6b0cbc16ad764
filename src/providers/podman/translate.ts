import { canonical } from "../../resource/digest.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { MachineNetwork } from "../../resource/kinds/network.ts";
import type { Resource } from "../../resource/resource.ts";
import { containerName, labels, networkName } from "./names.ts";
import { bridgeName } from "./nftables.ts";
import { userMapping } from "./users.ts";

/** What an image says it bears, from its labels; absent members: it says nothing. */
export type ImageBears = { readonly readOnly: boolean; readonly capabilities?: readonly string[] };

/** Something on the machine that a container sees at a path. */
export type Bind = {
  readonly source: string;
  readonly target: string;
  readonly access: "read" | "write";
};

/** What must be known of the machine to make a container. */
export type ContainerFacts = {
  readonly site: string;
  readonly image: ImageBears;
  readonly binds: readonly Bind[];
  /** Names of Podman's secrets by the variable that each becomes. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where its log is to be; absent: where Podman has it. */
  readonly log?: string;
  /** Whether its network resolves names of the outside. */
  readonly resolves: boolean;
  /** Versions of the files that it sees fixed, by resource id. */
  readonly versions: Readonly<Record<string, string>>;
  /** Whether it can have users of its own. */
  readonly hasUserNamespaces: boolean;
};

/** The body of libpod's `POST /networks/create`. */
export function networkBody(site: string, network: MachineNetwork) {
  return {
    name: networkName(site, network.service),
    driver: "bridge",
    network_interface: bridgeName(site, network.slot),
    subnets: [{ subnet: network.subnet, gateway: network.gateway }],
    dns_enabled: network.resolves,
    labels: marks(site, network),
  };
}

/** The body of libpod's `POST /containers/create`. Nothing of it restarts by itself: our supervisor does that. */
export function containerBody(container: Container, facts: ContainerFacts) {
  const { limits, network } = container;
  const rights = rightsOf(container, facts.image);
  return {
    name: containerName(facts.site, container),
    image: container.image,
    ...(container.command === undefined ? {} : { command: container.command }),
    ...(container.user === undefined ? {} : { user: container.user }),
    env: container.env,
    ...(Object.keys(facts.variables).length === 0 ? {} : { secret_env: facts.variables }),
    labels: { ...marks(facts.site, container), [labels.versions]: canonical(facts.versions) },
    ...(network.mode === "machine"
      ? { netns: { nsmode: "host" } }
      : {
          hostname: container.part,
          netns: { nsmode: "bridge" },
          networks: {
            [networkName(facts.site, container.service)]: {
              static_ips: [network.address],
              static_mac: hardwareAddress(network.address),
            },
          },
          // Without a resolver of its own, names fail at once instead of waiting for a closed way.
          ...(facts.resolves ? {} : { dns_server: ["127.0.0.1"] }),
        }),
    hostadd: Object.entries(container.hosts).flatMap(([name, addresses]) =>
      addresses.map((address) => `${name}:${address}`),
    ),
    ...userMapping(container, facts.hasUserNamespaces),
    mounts: [...facts.binds.map(bindMount), ...memoryMounts(container, rights.readOnly)],
    read_only_filesystem: rights.readOnly,
    // Added ones would be held by whatever user the image names; the usual ones, of containers.conf, by root alone.
    ...(rights.capabilities === "usual" ? {} : { cap_drop: ["all"], cap_add: rights.capabilities }),
    no_new_privileges: true,
    resource_limits: {
      memory: { limit: limits.memory, swap: limits.memory },
      cpu: { quota: Math.max(1000, Math.round(limits.cpu * 100_000)), period: 100_000 },
      pids: { limit: limits.processes },
    },
    ...(facts.log === undefined ? {} : { log_configuration: { driver: "k8s-file", path: facts.log } }),
    restart_policy: "no",
    stop_timeout: 10,
    ...(container.check.ask.by === "image" ? {} : { healthconfig: { Test: ["NONE"] } }),
  };
}

function marks(site: string, resource: Resource) {
  return { [labels.site]: site, [labels.id]: resource.id, [labels.resource]: canonical(resource) };
}

/** Whether the root is read-only, and which capabilities there are. */
function rightsOf(container: Container, image: ImageBears) {
  if (container.capabilities !== "image") return { readOnly: true, capabilities: container.capabilities };
  if (!image.readOnly) return { readOnly: false, capabilities: image.capabilities ?? ("usual" as const) };
  return { readOnly: true, capabilities: image.capabilities ?? [] };
}

function bindMount({ source, target, access }: Bind) {
  const right = access === "read" ? "ro" : "rw";
  return { type: "bind", source, destination: target, options: ["rbind", right, "nosuid", "nodev"] };
}

/** Each may fill half of the container's memory, which it counts towards: so it is full before the container is killed. */
function memoryMounts(container: Container, readOnly: boolean) {
  const needed = readOnly ? ["/tmp", "/run"] : [];
  const taken = new Set(container.mounts.map(({ target }) => target));
  const paths = new Set([...container.scratch, ...needed.filter((path) => !taken.has(path))]);
  const size = Math.floor(container.limits.memory / 2);
  return [...paths].map((destination) => ({
    type: "tmpfs",
    source: "tmpfs",
    destination,
    options: ["rw", "nosuid", "nodev", "mode=1777", `size=${size}`],
  }));
}

/**
 * The hardware address for an address, locally administered (IEEE 802): the same after each start, since whoever spoke with the
 * container before would else go on sending to the old one until that is found stale, half a minute and more (arp(7)).
 */
function hardwareAddress(address: string): string {
  const octets = address.split(".").map((octet) => Number(octet).toString(16).padStart(2, "0"));
  return ["02", "fd", ...octets].join(":");
}
