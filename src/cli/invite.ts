import { fail } from "../lib/problem.ts";
import { invitationDigest, newInvitationCode } from "../site/invitation-code.ts";
import { setInvitation } from "../site/people-edit.ts";
import type { Site } from "../site/site.ts";
import { inviteAddress } from "../start/guide.ts";
import { editPeople } from "./edit-people.ts";

/** An invitation as it was made. Only here it has its code. */
export type MadeInvitation = {
  readonly name: string;
  readonly link: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
};

/** Milliseconds for which a link may work. */
const bounds = { least: 60_000, most: 366 * 86_400_000 };

/**
 * Writes an invitation that works for `span` milliseconds into the site's people.yaml. Problems: `INVITATION_SPAN`, `START_PAGE_TAKEN`,
 * `PERSON_UNKNOWN`, and those of {@link editPeople}.
 */
export async function invite(
  { directory, site }: { readonly directory: string; readonly site: Site },
  name: string,
  span: number,
  now: number,
): Promise<MadeInvitation> {
  if (span < bounds.least || span > bounds.most) {
    fail("INVITATION_SPAN", "expected an invitation to work for a minute at least and a year at most", {
      hint: `freehold invite ${name} --for 3d`,
    });
  }
  const code = newInvitationCode();
  const link = inviteAddress(site, code) ?? taken(site);
  const until = Math.floor((now + span) / 1000) * 1000;
  const digest =
    invitationDigest(code) ?? fail("INVITATION_CODE", "expected a code of ours to have a digest", { kind: "bug" });
  await editPeople(directory, `freehold invite ${name}`, async (text) => setInvitation(text, name, digest, until));
  return { name, link, until };
}

function taken({ domain }: Site): never {
  return fail(
    "START_PAGE_TAKEN",
    `expected start.${domain} for the page on which people set passwords, got a service's host`,
    {
      hint: "give the service another host, or set a password by freehold passwd",
    },
  );
}
