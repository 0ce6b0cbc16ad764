import { exec } from "../../../lib/exec.ts";
import { listAt, parseJson, textAt } from "../../../lib/json.ts";
import type { Finding } from "../../provider.ts";
import { findProgram } from "../prepare.ts";
import { fine, warning } from "./finding.ts";

/** Looks at whether somebody else's firewall refuses what services send. */
export async function examineForwardPolicy(): Promise<readonly Finding[]> {
  const nft = await findProgram("nft");
  if (nft === undefined) return []; // told by the programs
  const { code, stdout, stderr } = await exec([nft, "--json", "list", "chains"], { timeout: 10_000 });
  return code === 0 ? [judgeForwardPolicy(parseJson(stdout))] : [judgeUnreadable(stderr)];
}

/**
 * What follows from `nft --json list chains`. The chain of iptables is not in the way: Podman adds its own rules to it. Every other one
 * that drops by default is. Pure.
 */
export function judgeForwardPolicy(listing: unknown): Finding {
  const chains = listAt(listing, "nftables").map((entry) => ({
    hook: textAt(entry, "chain", "hook"),
    policy: textAt(entry, "chain", "policy"),
    family: textAt(entry, "chain", "family"),
    table: textAt(entry, "chain", "table"),
    name: textAt(entry, "chain", "name"),
  }));
  const dropping = chains.find(
    ({ hook, policy, family, table, name }) =>
      hook === "forward" &&
      policy === "drop" &&
      ["ip", "inet"].includes(family) &&
      `${family} ${table} ${name}` !== "ip filter FORWARD",
  );
  if (dropping === undefined) return fine("forward", "no other firewall is in the way of services");
  const chain = `${dropping.family} ${dropping.table} ${dropping.name}`;
  return warning(
    "forward",
    `the chain ${chain} drops what it does not know`,
    "services to reach what their files say",
    `in /etc/nftables.conf, let ${chain} accept iifname "fh*" and oifname "fh*": freehold's own table judges those`,
  );
}

function judgeUnreadable(stderr: string): Finding {
  const found = `the rules of other firewalls could not be read: ${stderr.trim().split("\n")[0] ?? ""}`;
  return warning("forward", found, "to read them", "run freehold doctor as root");
}
