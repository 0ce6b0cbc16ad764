import type { Container } from "../../resource/kinds/container.ts";
import type { File } from "../../resource/kinds/file.ts";
import type { Link } from "../../resource/kinds/link.ts";
import type { Network } from "../../resource/kinds/network.ts";
import type { Volume } from "../../resource/kinds/volume.ts";
import { clusterName, namespaceOf } from "../../resource/namespace.ts";
import type { ContractWorld } from "./world.ts";

/** The things of one small service: a directory of state, a live file, and a server on port 8080. */
export type Sample = {
  readonly network: Network;
  readonly volume: Volume;
  readonly file: File;
  readonly container: Container;
};

/** Where the sample's container sees its live file and its state. */
export const paths = { live: "/srv/page", state: "/data" } as const;

/** A service in one of the world's three places in the address plan; on a cluster places are not counted. */
export function sample(world: ContractWorld, place: 0 | 1 | 2, service: string): Sample {
  const made = onMachine(world, place, service);
  return world.cluster === true ? onCluster(world.site, made) : made;
}

function onMachine(world: ContractWorld, place: 0 | 1 | 2, service: string): Sample {
  const slot = world.slots[place];
  const prefix = `10.${224 + (slot >> 8)}.${slot & 255}`;
  const users = 268_435_456 + slot * 65_536;
  const network: Network = {
    kind: "network",
    id: `network/${service}`,
    service,
    needs: [],
    slot,
    subnet: `${prefix}.0/24`,
    gateway: `${prefix}.1`,
    resolves: false,
  };
  const volume: Volume = {
    kind: "volume",
    id: `volume/${service}/${service}/data`,
    service,
    needs: [],
    part: service,
    name: "data",
    slot,
  };
  const file: File = {
    kind: "file",
    id: `file/${service}/page`,
    service,
    needs: [],
    content: { from: "text", entries: { "index.html": `page of ${service}`, "deep/er.txt": "ä\n" } },
    owner: users,
    secret: true,
  };
  const container: Container = {
    kind: "container",
    id: `container/${service}/${service}`,
    service,
    needs: [world.image.id, file.id, network.id, volume.id].sort(),
    part: service,
    replica: 1,
    image: world.image.reference,
    command: world.commands.serve,
    env: { GREETING: 'good "day"\n$HOME' },
    network: { mode: "service", id: network.id, address: `${prefix}.2` },
    hosts: { neighbour: ["10.255.0.9"] },
    users,
    mounts: [
      { source: volume.id, target: paths.state, live: false },
      { source: file.id, target: paths.live, live: true },
    ],
    scratch: ["/tmp"],
    capabilities: "image",
    limits: { memory: 128 * 1024 * 1024, cpu: 0.5, processes: 50 },
    check: { ask: { by: "tcp", port: 8080 }, every: 1000, timeout: 1000, within: 20_000 },
  };
  return { network, volume, file, container };
}

/** The same service as a cluster has it. */
function onCluster(site: string, { network, volume, file, container }: Sample): Sample {
  const { id, service, kind, resolves } = network;
  const { slot: _slot, ...state } = volume;
  const { users: _users, ...rest } = container;
  return {
    network: { kind, id, service, needs: [], resolves, namespace: namespaceOf(site, service) },
    volume: { ...state, needs: [id] },
    file: { ...file, owner: 0 },
    container: {
      ...rest,
      network: { mode: "service", id, address: clusterName(site, service, container.part) },
      hosts: {},
      cluster: {
        replicas: 1,
        ports: [{ port: 8080, protocol: "tcp", visitors: true }],
        startFirst: false,
      },
    },
  };
}

/** The way from one sample's service to another's container. */
export function way(from: Sample, to: Sample): Link {
  const { network } = to.container;
  if (network.mode !== "service") throw new Error("expected a container in a service's network");
  return {
    kind: "link",
    id: `link/${from.network.service}/${to.network.service}/8080`,
    service: from.network.service,
    needs: [from.network.id, to.network.id].sort(),
    ...ends(from, to, network.address),
    protocol: "tcp",
    port: 8080,
  };
}

function ends({ network }: Sample, { container }: Sample, address: string): Pick<Link, "from" | "to"> {
  if ("subnet" in network) return { from: network.subnet, to: { address } };
  return { from: network.namespace, to: { service: container.service, part: container.part } };
}
