import type { AllowedKey } from "../../source/allowed-key.ts";
import type { ListedSigner } from "../signers/list.ts";
import { type Line, type Text, tone } from "../span.ts";
import { table } from "../table.ts";

/** Who may sign. */
export function signersText(site: string, signers: readonly ListedSigner[]): Text {
  if (signers.length === 0) return nobody(site);
  const rows = signers.map(({ name, key, listedIn }) => [tone("strong", name), key, places[listedIn]]);
  return [`Who may sign what ${site} runs:`, ...table(rows, "  ")];
}

const places: Record<ListedSigner["listedIn"], string> = {
  machine: "machine",
  site: "site.yaml",
  both: "machine, site.yaml",
};

/** The same for a program. */
export function signersJson(site: string, signers: readonly ListedSigner[]): object {
  return { site, signers: signers.map(({ name, key, by, listedIn }) => ({ name, key, by, in: listedIn })) };
}

/** What `signers add` says. */
export function addedText(site: string, key: AllowedKey, was: "new" | "known"): Text {
  return [
    was === "new"
      ? [tone("strong", key.name), ` may sign what ${site} runs from now on.`]
      : [tone("strong", key.name), " is on the list already; name and key are as given now."],
    `  ${key.key}`,
  ];
}

/** What `signers remove` says. */
export function removedText(site: string, key: AllowedKey, left: readonly ListedSigner[]): Text {
  const still = left.some((one) => one.key === key.key);
  return [
    `${key.name} is not on this machine's list any more.`,
    "What was accepted before stays.",
    ...(still ? [`  ${key.key} may still sign: site.yaml has it in sources.signers.`] : []),
    ...(left.length === 0 ? ["", ...nobody(site)] : []),
  ];
}

function nobody(site: string): Line[] {
  return [`Nobody may sign: no change of ${site} is taken.`, "next: freehold signers add KEY"];
}
