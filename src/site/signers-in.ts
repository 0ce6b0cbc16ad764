import { at, listAt } from "../lib/json.ts";
import { type AllowedKey, isKeyFault, readAllowedKey } from "../source/allowed-key.ts";
import { parse } from "./parse.ts";

/** The file of a site that says who may sign, besides those whom the machine lets. */
export const signersFile = "site.yaml";

/** So many entries count; nobody needs more. */
const most = 100;

/**
 * The keys that a text of site.yaml lists as signers, whatever else is wrong with it. An entry that is no key lists nobody, and so does a file that is
 * not YAML: what cannot be read lets nobody in.
 */
export function signersIn(text: string): readonly AllowedKey[] {
  const { value } = parse(signersFile, text);
  return listAt(at(value, "sources"), "signers")
    .slice(0, most)
    .flatMap((entry) => {
      const read = typeof entry === "string" ? readAllowedKey(entry) : undefined;
      return read === undefined || isKeyFault(read) ? [] : [read];
    });
}
