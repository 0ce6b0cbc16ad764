import type { Site } from "../../site/site.ts";
import type { Entrance } from "../entrance.ts";
import type { Line, Text } from "../span.ts";
import { widthOf, wrap } from "../width.ts";
import { listed } from "../words.ts";
import { isLocal } from "./dns.ts";

/** Which names must lead where so that a site on a cluster is found, and how that is tried on one machine. */
export function entranceText({ addresses, astray }: Entrance, site: Site, columns: number): Text {
  const [address] = addresses;
  if (address === undefined)
    return ["", ...wrap(`The front door of ${site.name} has no address yet: freehold doctor says why.`, columns)];
  if (astray.length === 0) return [];
  const how = isLocal(site) ? "" : " freehold dns prints the records that the world needs;";
  const they = astray.length === 1 ? "This name does" : "These names do";
  const said = `${they} not lead to ${listed(addresses)} yet:${how} for a try, a line in /etc/hosts of each machine:`;
  return ["", ...wrap(said, columns), ...hostLines(address, astray, columns)];
}

/** As many lines as the columns need: each begins with the address. */
function hostLines(address: string, names: readonly string[], columns: number): Line[] {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    const longer = last === undefined ? undefined : `${last} ${name}`;
    if (longer !== undefined && widthOf(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(`  ${address} ${name}`);
  }
  return lines;
}
