import type { Link } from "../../resource/kinds/link.ts";
import type { Network } from "../../resource/kinds/network.ts";
import type { Observed } from "../../resource/observed.ts";

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
  addNetwork(network: Network): Promise<void>;
  /** Forgets a network, after it is gone. The table goes with the last one. */
  removeNetwork(network: Network): Promise<void>;
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
