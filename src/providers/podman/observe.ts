import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { ResourceId } from "../../resource/base.ts";
import type { Observation, Observed } from "../../resource/observed.ts";
import type { Resource } from "../../resource/resource.ts";
import { siteLayout } from "../layout.ts";
import { withoutBridge } from "./bridges.ts";
import { bereft, type FoundContainer, listContainers } from "./container-list.ts";
import { namesIn } from "./directory.ts";
import { observeFiles } from "./file.ts";
import { observeImages } from "./image.ts";
import { hasLoaded, leadsOf } from "./loaded.ts";
import { type FoundNetwork, listNetworks } from "./network.ts";
import { bridgePrefix } from "./nftables.ts";
import { observeSecrets } from "./secret.ts";
import type { Session } from "./session.ts";
import { cutOff } from "./starting.ts";
import { observeVolumes } from "./volume.ts";

/** Everything of a site that exists, read from Podman, the disk and the kernel, and the slots that are taken. */
export async function observeSite(session: Session): Promise<Observation> {
  const { client, site, layout, roots, firewall } = session;
  const [containers, networks, walls, volumes, files, secrets, images, foreignVolumes, broken] = await Promise.all([
    listContainers(client, site),
    listNetworks(client),
    firewall.observe(),
    observeVolumes(layout),
    observeFiles(layout),
    observeSecrets(layout),
    observeImages(session),
    volumesOfOthers(roots, site),
    cutOff(layout),
  ]);
  const own = networks.filter((each) => each.site === site);
  const slots = new Map(own.map(({ network }) => [network.service, network.slot]));
  const lost = await withoutBridge(site, slots, containers);
  const state = new Set(volumes.flatMap(({ resource, amiss }) => (amiss === "missing" ? [] : [resource.id])));
  const resources = [
    ...(await Promise.all(containers.map((found) => observedContainer(session, found, state)))).map((observed) =>
      withCutOff(observed, broken, lost),
    ),
    ...own.map(({ network }) => withCutOff(observedNetwork(network, walls.networks), broken, lost)),
    ...walls.links,
    ...volumes,
    ...files,
    ...secrets,
    ...images,
  ];
  const foreign = networks.filter((each) => each.site !== site).map(({ network }) => network.slot);
  return {
    resources: resources.sort((a, b) => (a.resource.id < b.resource.id ? -1 : 1)),
    slots: Object.fromEntries(resources.flatMap(({ resource }) => slotOf(resource))),
    foreignSlots: [...new Set([...foreign, ...foreignVolumes, ...slotsOfBridges(site)])].sort((a, b) => a - b),
  };
}

async function observedContainer(
  { layout }: Session,
  { container, run }: FoundContainer,
  state: ReadonlySet<ResourceId>,
): Promise<Observed> {
  const isBereft = container.mounts.some(({ source }) => source.startsWith("volume/") && !state.has(source));
  if (isBereft) return { resource: container, run, amiss: bereft };
  if (run.state !== "running") return { resource: container, run };
  const leads = await leadsOf(layout, container);
  const isStale = !(await hasLoaded(layout, container));
  return { resource: container, run, ...(leads && { leads }), ...(isStale ? { amiss: "not reloaded" } : {}) };
}

/** Where a start was cut off, or the bridge is gone, the network and all that is in it are made anew. */
function withCutOff(observed: Observed, cut: ReadonlySet<string>, lost: ReadonlySet<string>): Observed {
  const { service } = observed.resource;
  if (cut.has(service)) return { ...observed, amiss: "its start was cut off" };
  return lost.has(service) ? { ...observed, amiss: "its bridge is gone" } : observed;
}

/** A network is right only as long as the firewall guards it. */
function observedNetwork(network: FoundNetwork["network"], guarded: readonly Observed[]): Observed {
  const wall = guarded.find(({ resource }) => resource.id === network.id);
  const amiss = wall === undefined ? "missing" : wall.amiss;
  return { resource: network, ...(amiss === undefined ? {} : { amiss }) };
}

async function volumesOfOthers(roots: Session["roots"], site: string): Promise<number[]> {
  const sites = (await namesIn(join(roots.root, "sites"))).filter((name) => name !== site);
  const volumes = await Promise.all(sites.map((other) => observeVolumes(siteLayout(roots, other))));
  return volumes
    .flat()
    .flatMap(({ resource }) => (resource.kind === "volume" ? [resource.slot ?? []] : []))
    .flat();
}

/** The place in the address plan that a network or a volume holds for its service. */
function slotOf(resource: Resource): readonly (readonly [service: string, slot: number])[] {
  if (resource.kind !== "network" && resource.kind !== "volume") return [];
  return "slot" in resource && resource.slot !== undefined ? [[resource.service, resource.slot]] : [];
}

/** Slots whose bridge is up for another site, also one of another root: bridges are called `fhXXXX-SLOT`. */
function slotsOfBridges(site: string): number[] {
  return Object.keys(networkInterfaces()).flatMap((name) => {
    const slot = /^fh[0-9a-f]{4}-([0-9a-f]{1,3})$/.exec(name)?.[1];
    return slot === undefined || name.startsWith(bridgePrefix(site)) ? [] : [Number.parseInt(slot, 16)];
  });
}
