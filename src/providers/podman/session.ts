import type { Clock } from "../../lib/clock.ts";
import type { SealedSecrets } from "../../secrets/sealed.ts";
import { type Roots, type SiteLayout, siteLayout } from "../layout.ts";
import type { PodmanClient } from "./client.ts";
import type { Firewall } from "./firewall.ts";
import type { PodmanCall } from "./prepare.ts";

/** What every part of this runtime works with, for one site. */
export type Session = {
  readonly site: string;
  readonly layout: SiteLayout;
  readonly roots: Roots;
  readonly client: PodmanClient;
  /** How the command line of Podman is called where its API does not do. */
  readonly call: () => Promise<PodmanCall>;
  /** Opens secrets, with keys that are looked up anew each time. Problems: `SECRETS_LOCKED`, `SECRET_DAMAGED`. */
  readonly open: (sealed: SealedSecrets) => Promise<ReadonlyMap<string, string>>;
  readonly firewall: Firewall;
  readonly clock: Clock;
};

/** What it takes to fetch and build images. */
export type Builder = Pick<Session, "client" | "call">;

/** What sessions of all sites share. */
export type SessionParts = Omit<Session, "site" | "layout" | "firewall"> & {
  readonly firewall: (site: string, layout: SiteLayout) => Firewall;
};

/** The session of one site. */
export function session(parts: SessionParts, site: string): Session {
  const layout = siteLayout(parts.roots, site);
  return { ...parts, site, layout, firewall: parts.firewall(site, layout) };
}
