import { exec } from "../../lib/exec.ts";
import { fail } from "../../lib/problem.ts";
import { tableName } from "./nftables.ts";

/** The kernel's side of a site's table. */
export type FirewallTable = {
  /** Loads a text as one transaction: all of it or nothing. Problem: `FIREWALL_FAILED`. */
  load(text: string): Promise<void>;
  /** The table as the kernel shows it, without counters; absent when there is none. Problem: `FIREWALL_FAILED`. */
  show(): Promise<string | undefined>;
};

/** The table of one site; `prefix` are words before each `nft`, to enter another network namespace. */
export function firewallTable(site: string, prefix: readonly string[] = []): FirewallTable {
  const nft = (words: readonly string[], input?: string) => {
    const [program = "nft", ...rest] = [...prefix, "nft", ...words];
    return exec([program, ...rest], {
      env: { ...process.env, LC_ALL: "C" },
      ...(input === undefined ? {} : { input }),
    });
  };
  return {
    async load(text) {
      const { code, stderr } = await nft(["-f", "-"], text);
      if (code !== 0) refuse(stderr);
    },
    async show() {
      const { code, stdout, stderr } = await nft(["-n", "-s", "list", "table", ...tableName(site).split(" ")]);
      if (code === 0) return stdout;
      if (stderr.includes("No such file or directory")) return undefined;
      return refuse(stderr);
    },
  };
}

function refuse(stderr: string): never {
  const words = stderr.trim().split("\n").slice(0, 10);
  return fail("FIREWALL_FAILED", `expected nftables to hold the rules of the site, got "${words[0]}"`, {
    kind: "transient",
    hint: "freehold doctor says what this machine lacks",
    detail: words,
  });
}
