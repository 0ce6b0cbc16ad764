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
  readonly netavark: boolean;
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
  const version =
    podman === undefined ? undefined : (await exec([podman, "--version"], { timeout: 10_000 })).stdout.trim();
  return judgePrograms({
    user: process.getuid?.() ?? 0,
    ...(version === undefined ? {} : { podman: version }),
    runtimes: [...(crun === undefined ? [] : ["crun"]), ...(runc === undefined ? [] : ["runc"])],
    mounts: (await readProc("/proc/self/mounts")) ?? "",
    netavark: await isHelper("netavark"),
    aardvark: await isHelper("aardvark-dns"),
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
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(printed) ?? [];
  if (Number(major) > 4 || (major === "4" && Number(minor) >= 3))
    return fine("podman", printed.replace(" version", ""));
  return wrong(
    "podman",
    printed === "" ? "it does not start" : printed,
    expected,
    "upgrade to Debian 12 or later, or install a later podman",
  );
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
  const missing = [
    ...(facts.netavark ? [] : ["netavark"]),
    ...(facts.iptables ? [] : ["iptables"]),
    ...(facts.nft ? [] : ["nftables"]),
  ];
  const network =
    missing.length === 0
      ? fine("network", "netavark, iptables, nft")
      : wrong(
          "network",
          `${missing.join(" and ")} not installed`,
          "netavark, iptables and nft",
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

async function isHelper(name: string): Promise<boolean> {
  for (const directory of helpers) {
    try {
      await access(`${directory}/${name}`, constants.X_OK);
      return true;
    } catch (thrown) {
      if (!isErrno(thrown, "ENOENT", "EACCES", "ENOTDIR")) throw thrown;
    }
  }
  return (await findProgram(name)) !== undefined;
}
