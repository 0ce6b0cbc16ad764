import { mailbox } from "../../lib/mailbox.ts";
import type { Changed } from "../provider.ts";
import { watchBridges } from "./bridges.ts";
import type { Session } from "./session.ts";
import { watchDirectories } from "./watched-directories.ts";
import { watchEvents } from "./watched-events.ts";
import { watchFirewall } from "./watched-firewall.ts";

/** Something that tells of changes: ends when the signal says so, throws when it cannot see any more. */
type Source = (post: (what: Changed) => void, signal: AbortSignal) => Promise<void>;

/**
 * What is changed of a site, by whomever: the kernel tells of firewall and files, Podman's own journal of containers and networks, and
 * bridges are looked at each second. Costs no processor time while nothing changes. Problem: `CHANGES_UNSEEN`.
 */
export async function* podmanChanges(session: Session, signal: AbortSignal): AsyncGenerator<Changed> {
  const { places } = await session.call();
  const { site, layout, clock } = session;
  const sources: readonly Source[] = [
    (post, until) => watchFirewall(site, () => post("firewall"), until),
    (post, until) => watchBridges(site, clock, () => post("network"), until),
    (post, until) => watchEvents(places.tmp, site, post, until),
    (post, until) => watchDirectories({ site, layout, networks: places.networks, post }, until),
  ];
  const end = new AbortController();
  const until = AbortSignal.any([signal, end.signal]);
  const box = mailbox<Changed>();
  const watching = sources.map((source) => source(box.post, until).catch(box.break));
  try {
    yield* box.read(signal);
  } finally {
    end.abort();
    await Promise.all(watching);
  }
}
