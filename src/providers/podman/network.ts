import { exec } from "../../lib/exec.ts";
import { textAt, textsAt } from "../../lib/json.ts";
import { fail } from "../../lib/problem.ts";
import { isOnMachine, type MachineNetwork } from "../../resource/kinds/network.ts";
import { parseResource } from "../../resource/parse.ts";
import { sameThing } from "../../resource/same.ts";
import { withoutBridge } from "./bridges.ts";
import { refused } from "./client.ts";
import { listContainers } from "./container-list.ts";
import { removeContainer } from "./container-removal.ts";
import { labels, networkName } from "./names.ts";
import { bridgeName } from "./nftables.ts";
import type { Session } from "./session.ts";
import { cutOff, forgetStarts } from "./starting.ts";
import { networkBody } from "./translate.ts";

/** One of our networks in Podman, of any site. */
export type FoundNetwork = { readonly site: string; readonly name: string; readonly network: MachineNetwork };

/** All networks of this Podman that are ours. */
export async function listNetworks(client: Session["client"]): Promise<FoundNetwork[]> {
  const list = await client.get("/networks/json", { query: { filters: { label: [labels.site] } } });
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: unknown) => {
    const marks = textsAt(each, "labels");
    const resource = parseResource(marks.get(labels.resource) ?? "");
    if (resource?.kind !== "network" || !isOnMachine(resource)) return [];
    return [{ site: marks.get(labels.site) ?? "", name: textAt(each, "name"), network: resource }];
  });
}

/**
 * Makes a network be as described. A different one of the same service is taken away first, with the containers in it; so is one
 * in which a start was cut off, since only that frees the addresses, and one whose bridge is gone under running containers.
 * Problem: `NETWORK_TAKEN` when something else of the machine has its addresses.
 */
export async function applyNetwork(session: Session, network: MachineNetwork, signal: AbortSignal): Promise<void> {
  const { client, site } = session;
  const found = await findNetwork(session, network.service);
  await session.firewall.addNetwork(network);
  const isCutOff = (await cutOff(session.layout)).has(network.service);
  const isLost = async (): Promise<boolean> => {
    const containers = await listContainers(client, site);
    return (await withoutBridge(site, new Map([[network.service, network.slot]]), containers)).size > 0;
  };
  if (found !== undefined && sameThing(found, network) && !isCutOff && !(await isLost())) return;
  if (found !== undefined) await takeAway(session, found);
  if (isCutOff) await forgetStarts(session.layout, network.service);
  const answer = await client.ask("POST", "/networks/create", { body: networkBody(site, network), signal });
  if (answer.status < 400) return;
  if (/already used|overlap|conflict|subnet .* is used/i.test(answer.words))
    fail("NETWORK_TAKEN", `expected the addresses ${network.subnet} to be free, got "${answer.words}"`, {
      hint: `ip route show ${network.subnet} tells who has them`,
    });
  refused(`the network of ${network.service}`, answer);
}

/** Takes a network away, with whatever is left in it. */
export async function removeNetwork(session: Session, network: MachineNetwork): Promise<void> {
  const found = await findNetwork(session, network.service);
  if (found !== undefined) await takeAway(session, found);
  await session.firewall.removeNetwork(network);
}

/** The network of a service, as it was made. */
export async function findNetwork(session: Session, service: string): Promise<MachineNetwork | undefined> {
  const name = networkName(session.site, service);
  const answer = await session.client.ask("GET", `/networks/${name}/json`);
  if (answer.status === 404) return undefined;
  if (answer.status >= 400) refused(`the network ${name}`, answer);
  const marks = textsAt(answer.body, "labels");
  const resource = parseResource(marks.get(labels.resource) ?? "");
  const isOurs = marks.get(labels.site) === session.site && resource?.kind === "network" && isOnMachine(resource);
  return isOurs ? resource : undefined;
}

async function takeAway(session: Session, network: MachineNetwork): Promise<void> {
  const name = networkName(session.site, network.service);
  const users = await session.client.get("/containers/json", { query: { all: true, filters: { network: [name] } } });
  if (Array.isArray(users)) {
    await Promise.all(users.map((each: unknown) => removeContainer(session, textAt(each, "Id"))));
  }
  const answer = await session.client.ask("DELETE", `/networks/${name}`);
  if (answer.status >= 400 && answer.status !== 404) refused(`to remove the network ${name}`, answer);
  // Podman forgets the bridge when the last container goes while another of its processes cleans up after it.
  await exec(["ip", "link", "delete", bridgeName(session.site, network.slot)]);
}
