import { hashPassword } from "../lib/password-hash.ts";
import { setPassword as withPassword } from "../site/people-edit.ts";
import { editPeople } from "./edit-people.ts";

/**
 * Writes the hash of a new password of somebody into a site's people.yaml; see {@link editPeople}. The password is asked for only when
 * the person is known to be there. Problems: also `PERSON_UNKNOWN`.
 */
export async function setPassword(site: string, name: string, ask: () => Promise<string>): Promise<void> {
  await editPeople(site, `freehold passwd ${name}`, async (text) => {
    withPassword(text, name, "$argon2id$only-to-see-whether-it-can-be-written");
    return withPassword(text, name, await hashPassword(await ask()));
  });
}
