import { timingSafeEqual } from "node:crypto";
import { neededPasswords, readPasswords, writePasswords } from "../ledger/passwords.ts";
import { hashPassword } from "../lib/password-hash.ts";
import { turns } from "../lib/turns.ts";
import { invitationDigest } from "../site/invitation-code.ts";
import type { Person, Site } from "../site/site.ts";
import type { Invitations } from "../start/invite.ts";

/** What invitations are looked up in and used with. */
export type InvitationsOptions = {
  readonly ledger: string;
  /** The site as last applied. */
  readonly site: () => Promise<Site | undefined>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
};

/** The invitations of one site. A password that is set takes effect with the next pass of the supervisor. */
export function createInvitations({ ledger, site, now }: InvitationsOptions): Invitations {
  const inTurn = turns();

  const find = async (code: string): Promise<{ person: Person; digest: string; site: Site } | undefined> => {
    const digest = invitationDigest(code);
    const known = await site();
    if (digest === undefined || known === undefined) return undefined;
    // everybody is compared with, so that the time tells nothing
    const [person] = known.people.filter(({ invitation }) => sameDigest(invitation?.digest, digest));
    if (person?.invitation === undefined || person.invitation.until <= now()) return undefined;
    const used = (await readPasswords(ledger)).get(person.name)?.digest === digest;
    return used ? undefined : { person, digest, site: known };
  };

  return {
    find: async (code) => {
      const found = await find(code);
      if (found?.person.invitation === undefined) return undefined;
      const { name, title, invitation } = found.person;
      return { name, title, until: invitation.until };
    },
    // one after another: a code works once, and a crowd costs the memory of one hash
    use: (code, password) =>
      inTurn(async () => {
        const found = await find(code);
        if (found === undefined) return "refused";
        const { person, digest } = found;
        const hash = await hashPassword(password);
        const needed = neededPasswords(await readPasswords(ledger), found.site);
        await writePasswords(ledger, new Map([...needed, [person.name, { digest, hash }]]));
        return "set";
      }),
  };
}

function sameDigest(held: string | undefined, digest: string): boolean {
  return timingSafeEqual(Buffer.from(held ?? "-".repeat(digest.length)), Buffer.from(digest)) && held !== undefined;
}
