import { access, constants } from "node:fs/promises";
import { exec } from "../../../lib/exec.ts";
import { isErrno } from "../../../lib/fs.ts";
import { readProc } from "../../../lib/proc.ts";
import type { Finding } from "../../provider.ts";
import { findProgram } from "../prepare.ts";
import { chooseRuntime } from "../settings.ts";
import { type Examined, fine, warning, wrong } from "./finding.ts";

/** Programs that are installed, and what decides between them. */
export type ProgramFacts = {
  readonly user: number;
  /** What `podman --version` says; absent when it is not installed. */
  readonly podman?: string;
  readonly runtimes: readonly string[];
  /** /proc/self/mounts. */
  readonly mounts: string;
  /** What `netavark --version` says; absent when it is not installed. */
  readonly netavark?: string;
  readonly aardvark: boolean;
  readonly iptables: boolean;
  readonly nft: boolean;
  readonly resolves: boolean;
};

/** Podman's own programs lie where no PATH leads: Debian's place, then others'. */
const helpers = ["/usr/lib/podman", "/usr/libexec/podman", "/usr/local/libexec/podman", "/usr/local/lib/podman"];

/** Looks at the programs that freehold needs. */
export async function examinePrograms({ site }: Examined): Promise<readonly Finding[]> {
  const [podman, crun, runc, iptables, nft] = await Promise.all(
    ["podman", "crun", "runc", "iptables", "nft"].map(findProgram),
  );
  const [podmanVersion, netavarkVersion] = await Promise.all([version(podman), version(await findHelper("netavark"))]);
  return judgePrograms({
    user: process.getuid?.() ?? 0,
    ...(podmanVersion === undefined ? {} : { podman: podmanVersion }),
    ...(netavarkVersion === undefined ? {} : { netavark: netavarkVersion }),
    runtimes: [...(crun === undefined ? [] : ["crun"]), ...(runc === undefined ? [] : ["runc"])],
    mounts: (await readProc("/proc/self/mounts")) ?? "",
    aardvark: (await findHelper("aardvark-dns")) !== undefined,
    iptables: iptables !== undefined,
    nft: nft !== undefined,
    resolves: site?.resolves ?? true,
  });
}

/** What follows from the programs. Pure. */
export function judgePrograms(facts: ProgramFacts): readonly Finding[] {
  return [
    facts.user === 0
      ? fine("root", "this runs as root")
      : wrong("root", `this runs as user ${facts.user}`, "root", "run it with sudo"),
    judgePodman(facts.podman),
    judgeRuntime(facts),
    ...judgeNetworkPrograms(facts),
  ];
}

function judgePodman(printed: string | undefined): Finding {
  const expected = "podman 4.3 or later";
  if (printed === undefined) return wrong("podman", "not installed", expected, "apt-get install podman");
  if (isFrom(printed, 4, 3)) return fine("podman", printed.replace(" version", ""));
  const found = printed === "" ? "it does not start" : printed;
  return wrong("podman", found, expected, "upgrade to Debian 12 or later, or install a later podman");
}

function judgeRuntime({ runtimes, mounts }: ProgramFacts): Finding {
  const chosen = chooseRuntime(mounts, runtimes);
  const version1 = chooseRuntime(mounts, ["crun", "runc"]) === "runc";
  if (chosen === undefined)
    return wrong("runtime", "neither crun nor runc", "one of them", `apt-get install ${version1 ? "runc" : "crun"}`);
  if (chosen === "crun" && version1) {
    return wrong("runtime", "crun alone, which refuses control groups of version 1", "runc", "apt-get install runc");
  }
  return fine("runtime", chosen);
}

function judgeNetworkPrograms(facts: ProgramFacts): readonly Finding[] {
  // Earlier ones know no other way to the kernel's firewall; Debian builds later ones for nftables.
  const needsIptables = facts.netavark !== undefined && !isFrom(facts.netavark, 1, 12);
  const missing = [
    ...(facts.netavark === undefined ? ["netavark"] : []),
    ...(needsIptables && !facts.iptables ? ["iptables"] : []),
    ...(facts.nft ? [] : ["nftables"]),
  ];
  const network =
    missing.length === 0
      ? fine("network", needsIptables ? "netavark, iptables, nft" : "netavark, nft")
      : wrong(
          "network",
          `${missing.join(" and ")} not installed`,
          "netavark and what it needs",
          `apt-get install ${missing.join(" ")}`,
        );
  if (facts.aardvark) return [network, fine("resolver", "aardvark-dns")];
  const found = "aardvark-dns is not installed";
  const expected = "it, for services that may reach the internet";
  const fix = "apt-get install aardvark-dns";
  return [
    network,
    facts.resolves ? wrong("resolver", found, expected, fix) : warning("resolver", found, expected, fix),
  ];
}

/** Whether a program that printed its version is of this one or a later one. */
function isFrom(printed: string, major: number, minor: number): boolean {
  const [, its = "0", itsMinor = "0"] = /(\d+)\.(\d+)/.exec(printed) ?? [];
  return Number(its) > major || (Number(its) === major && Number(itsMinor) >= minor);
}

async function version(program: string | undefined): Promise<string | undefined> {
  return program === undefined ? undefined : (await exec([program, "--version"], { timeout: 10_000 })).stdout.trim();
}

async function findHelper(name: string): Promise<string | undefined> {
  for (const directory of helpers) {
    try {
      await access(`${directory}/${name}`, constants.X_OK);
      return `${directory}/${name}`;
    } catch (thrown) {
      if (!isErrno(thrown, "ENOENT", "EACCES", "ENOTDIR")) throw thrown;
    }
  }
  return findProgram(name);
}
