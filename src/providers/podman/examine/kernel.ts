import { exec } from "../../../lib/exec.ts";
import { problemOf } from "../../../lib/problem.ts";
import { readProc } from "../../../lib/proc.ts";
import type { Finding } from "../../provider.ts";
import { ruleset } from "../nftables.ts";
import { findProgram } from "../prepare.ts";
import { hardLimit } from "../settings.ts";
import { fine, warning, wrong } from "./finding.ts";

/** What the kernel offers. */
export type KernelFacts = {
  /** What nft said to a table like ours, in a network namespace of its own; "" when it took it. */
  readonly nftables: string;
  /** What the kernel said to a user namespace; "" when it made one. */
  readonly userNamespaces: string;
  /** /sys/fs/cgroup/cgroup.controllers; absent with version 1. */
  readonly controllers?: string;
  /** /proc/cgroups, for version 1. */
  readonly cgroups: string;
  /** /proc/self/limits. */
  readonly limits: string;
  /** /proc/filesystems. */
  readonly filesystems: string;
};

const neededControllers = ["cpu", "memory", "pids"] as const;

/** Looks at what the kernel offers; what is tried is gone when the trying program ends. */
export async function examineKernel(): Promise<readonly Finding[]> {
  const nft = (await findProgram("nft")) ?? "nft";
  const sample = ruleset({
    site: "doctor",
    networks: [
      {
        kind: "network",
        id: "network/a",
        service: "a",
        needs: [],
        slot: 1,
        subnet: "10.224.1.0/24",
        gateway: "10.224.1.1",
        resolves: true,
      },
    ],
    links: [
      {
        kind: "link",
        id: "link/a",
        service: "a",
        needs: [],
        from: "10.224.1.0/24",
        to: { zone: "internet" },
        protocol: "any",
      },
    ],
  });
  const controllers = await readProc("/sys/fs/cgroup/cgroup.controllers");
  return judgeKernel({
    nftables: await refusal(["unshare", "--net", nft, "-f", "-"], sample),
    userNamespaces: await refusal(["unshare", "--user", "--map-root-user", "true"]),
    ...(controllers === undefined ? {} : { controllers }),
    cgroups: (await readProc("/proc/cgroups")) ?? "",
    limits: (await readProc("/proc/self/limits")) ?? "",
    filesystems: (await readProc("/proc/filesystems")) ?? "",
  });
}

/** What follows from what the kernel offers. Pure. */
export function judgeKernel(facts: KernelFacts): readonly Finding[] {
  return [
    facts.nftables === ""
      ? fine("nftables", "works")
      : wrong(
          "nftables",
          facts.nftables,
          "a kernel with nftables",
          "apt-get install nftables linux-image-amd64, then reboot",
        ),
    facts.userNamespaces === ""
      ? fine("users", "user namespaces")
      : // it works without: a service's users are then the machine's own of the same numbers
        warning("users", facts.userNamespaces, "user namespaces", "sysctl user.max_user_namespaces=65536"),
    judgeControllers(facts),
    facts.filesystems.split("\n").some((line) => line.endsWith("\toverlay"))
      ? fine("overlay", "overlay file system")
      : warning("overlay", "no overlay file system loaded", "the kernel's overlay file system", "modprobe overlay"),
    judgeLimits(facts.limits),
  ];
}

function judgeControllers({ controllers, cgroups }: KernelFacts): Finding {
  const version1 = cgroups.split("\n").flatMap((line) => {
    const [name = "", , , enabled] = line.split(/\s+/);
    return enabled === "1" ? [name] : [];
  });
  const unified = (controllers ?? "").trim().split(" ");
  const there = controllers === undefined ? version1 : unified;
  const missing = neededControllers.filter((name) => !there.includes(name));
  if (missing.length === 0)
    return fine("cgroups", `version ${controllers === undefined ? 1 : 2}: ${neededControllers.join(", ")}`);
  return wrong(
    "cgroups",
    `no control of ${missing.join(" and ")}`,
    "limits of memory, cpu and processes",
    missing.includes("memory")
      ? "add cgroup_enable=memory to the kernel's command line (/etc/default/grub, or cmdline.txt), then reboot"
      : "boot Debian's own kernel",
  );
}

function judgeLimits(limits: string): Finding {
  const [files, processes] = [hardLimit(limits, "Max open files"), hardLimit(limits, "Max processes")];
  const found = `${said(files)} open files, ${said(processes)} processes`;
  if (files >= 4096 && processes >= 1024) return fine("limits", found);
  return warning(
    "limits",
    found,
    "at least 4096 open files and 1024 processes",
    "raise nofile and nproc in /etc/security/limits.conf, then log in again",
  );
}

function said(limit: number): string {
  return Number.isFinite(limit) ? String(limit) : "unlimited";
}

/** What a program says when it fails; "" when it does not. */
async function refusal(argv: readonly [string, ...string[]], input?: string): Promise<string> {
  try {
    const { code, stdout, stderr } = await exec(argv, { timeout: 10_000, ...(input === undefined ? {} : { input }) });
    return code === 0 ? "" : ((stderr.trim() || stdout.trim()).split("\n")[0] ?? `it ended with ${code}`);
  } catch (thrown) {
    return problemOf(thrown).message;
  }
}
