import { setTimeout as delay } from "node:timers/promises";
import { digest } from "../../resource/digest.ts";
import type { Link } from "../../resource/kinds/link.ts";
import type { MachineNetwork } from "../../resource/kinds/network.ts";
import type { Observed } from "../../resource/observed.ts";
import { gathered } from "./firewall-queue.ts";
import { type FirewallRecord, readRecord, writeRecord } from "./firewall-record.ts";
import { firewallTable } from "./firewall-table.ts";
import { emptyRuleset, ruleset } from "./nftables.ts";

/** What the firewall holds: the networks that it guards and the links that it lets through, each sorted by id. */
export type FirewallObservation = { readonly networks: readonly Observed[]; readonly links: readonly Observed[] };

/**
 * The one nftables table of a site. Everything about the networks that it knows is closed but for its links; a network is
 * added before its bridge exists. Changes may be asked for side by side; each is one kernel transaction, in which nothing is
 * ever open that should not be.
 */
export type Firewall = {
  /** What the kernel enforces now. Whatever was changed by hand makes everything `amiss`. */
  observe(): Promise<FirewallObservation>;
  /** Guards a network (again). Call it before the network is made, and to put right what is missing or amiss. */
  addNetwork(network: MachineNetwork): Promise<void>;
  /** Forgets a network, after it is gone. The table goes with the last one. */
  removeNetwork(network: MachineNetwork): Promise<void>;
  apply(link: Link): Promise<void>;
  remove(link: Link): Promise<void>;
};

/** Where a firewall works. */
export type FirewallOptions = {
  readonly site: string;
  /** The site's run directory (`SiteLayout.run`): forgotten by a reboot as the kernel's table is. */
  readonly run: string;
  /** Words before every `nft` command, to enter another network namespace. */
  readonly prefix?: readonly string[];
};

/** An edit of the record: what the table is to be made from. */
type Edit = (record: FirewallRecord) => FirewallRecord;

const nothing: FirewallRecord = { networks: [], links: [], change: 0 };

/** How often a table is looked at that another process is just changing. */
const looks = { same: 1, moved: 3, "under way": 20 } as const;

/** Milliseconds to wait for a change that is under way. */
const pause = 30;

/** The firewall of one site. Every change makes the whole table anew, in one transaction: it also heals what was edited. */
export function createFirewall({ site, run, prefix = [] }: FirewallOptions): Firewall {
  const table = firewallTable(site, prefix);

  async function amiss(record: FirewallRecord): Promise<string | undefined> {
    const shown = await table.show();
    if (shown === undefined) return "missing";
    return record.loaded === digestOf(site, record, shown) ? undefined : "edited";
  }

  async function observe(look = 1): Promise<FirewallObservation> {
    const record = await readRecord(run);
    if (record === undefined) return { networks: [], links: [] };
    const seen = await amiss(record);
    const since = seen === undefined ? "same" : await sinceThen(record);
    if (look < looks[since]) return observe(look + 1);
    const word = since === "moved" ? undefined : seen; // somebody is at work and gets on: nothing is amiss
    if (word === "missing") return { networks: [], links: [] };
    return { networks: observed(record.networks, word), links: observed(record.links, word) };
  }

  /** What happened to the record since it was read: another change, one that is still under way (or was cut short), or nothing. */
  async function sinceThen(record: FirewallRecord): Promise<"moved" | "under way" | "same"> {
    if (record.loaded === undefined) await delay(pause);
    const now = await readRecord(run);
    if (now?.change !== record.change || now.loaded !== record.loaded) return "moved";
    return record.loaded === undefined ? "under way" : "same";
  }

  async function commit(edits: readonly Edit[]): Promise<void> {
    const before = await readRecord(run);
    const { networks, links } = edits.reduce((record, edit) => edit(record), before ?? nothing);
    const change = (before?.change ?? 0) + 1;
    const empty = networks.length + links.length === 0;
    const text = empty ? emptyRuleset(site) : ruleset({ site, networks, links });
    await writeRecord(run, { networks, links, change });
    try {
      await table.load(text);
    } catch (thrown) {
      await writeRecord(run, before);
      throw thrown;
    }
    const loaded = empty ? undefined : digestOf(site, { networks, links, change }, (await table.show()) ?? "");
    await writeRecord(run, loaded === undefined ? undefined : { networks, links, change, loaded });
  }

  const change = gathered(commit);
  return {
    observe: () => observe(),
    async addNetwork(network) {
      ruleset({ site, networks: [network], links: [] });
      await change((record) => ({ ...record, networks: put(record.networks, network) }));
    },
    removeNetwork: (network) => change((record) => ({ ...record, networks: without(record.networks, network) })),
    async apply(link) {
      ruleset({ site, networks: [], links: [link] });
      await change((record) => ({ ...record, links: put(record.links, link) }));
    },
    remove: (link) => change((record) => ({ ...record, links: without(record.links, link) })),
  };
}

/** Stands for both the text that we would load today and what the kernel shows, so that neither changes unnoticed. */
function digestOf(site: string, { networks, links }: FirewallRecord, shown: string): string {
  return digest([ruleset({ site, networks, links }), shown]);
}

function observed(resources: readonly (MachineNetwork | Link)[], amiss: string | undefined): readonly Observed[] {
  return resources.map((resource) => (amiss === undefined ? { resource } : { resource, amiss }));
}

function put<T extends MachineNetwork | Link>(list: readonly T[], one: T): readonly T[] {
  return [...without(list, one), one].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function without<T extends MachineNetwork | Link>(list: readonly T[], one: T): readonly T[] {
  return list.filter(({ id }) => id !== one.id);
}
