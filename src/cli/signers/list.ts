import { readSource } from "../../ledger/source.ts";
import type { SiteLayout } from "../../providers/layout.ts";
import { signersFile, signersIn } from "../../site/signers-in.ts";
import type { AllowedKey } from "../../source/allowed-key.ts";
import { readSignerList } from "../../source/signer-list.ts";
import { textAt } from "../../source/text-at.ts";

/** Who may sign, and by whose word: the machine's list, or the site's file at the trusted commit. */
export type ListedSigner = AllowedKey & { readonly listedIn: "machine" | "site" | "both" };

/** Everybody whose signature on the next commit would count. Problem: `SIGNERS_UNREADABLE`. */
export async function allSigners({ ledger, repository, trust }: SiteLayout): Promise<readonly ListedSigner[]> {
  const machine = await readSignerList(trust);
  const trusted = (await readSource(ledger))?.trusted;
  const text = trusted === undefined ? undefined : await textAt({ repository }, trusted, signersFile);
  const site = text === undefined ? [] : signersIn(text);
  const inSite = new Set(site.map(({ key }) => key));
  const inMachine = new Set(machine.map(({ key }) => key));
  return [
    ...machine.map((key): ListedSigner => ({ ...key, listedIn: inSite.has(key.key) ? "both" : "machine" })),
    ...site.filter(({ key }) => !inMachine.has(key)).map((key): ListedSigner => ({ ...key, listedIn: "site" })),
  ];
}
