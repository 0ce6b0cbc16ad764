import { turns } from "../../lib/turns.ts";
import { ensureAuthority } from "../authority/authority.ts";
import type { Pair } from "../authority/pair.ts";
import { authoritySecret } from "./authority-secret.ts";
import type { Session } from "./session.ts";

/** Milliseconds for which an authority that was read is taken for the one that there is. */
const fresh = 5000;

type Read = { readonly authority: Pair; readonly domains: string; readonly at: number };

/** What certificates of one site that are made at the same time have in common. */
type Making = { readonly inTurn: ReturnType<typeof turns>; last?: Read };

const makings = new WeakMap<Session, Making>();

/**
 * A site's authority, made where there is none. Asked one after another, so that certificates which are made at the same time do not each
 * make one, and read once for all that follow within seconds. Problems: those of {@link ensureAuthority}.
 */
export async function authorityInTurn(
  session: Session,
  domains: readonly string[],
  signal: AbortSignal,
): Promise<Pair> {
  const { clock, site } = session;
  const making = makings.get(session) ?? { inTurn: turns() };
  makings.set(session, making);
  const asked = domains.join(" ");
  return making.inTurn(async () => {
    const { last } = making;
    if (last !== undefined && last.domains === asked && clock.elapsed() - last.at < fresh) return last.authority;
    const at = clock.elapsed();
    const authority = await ensureAuthority(authoritySecret(session, signal), site, domains, clock);
    making.last = { authority, domains: asked, at };
    return authority;
  });
}
