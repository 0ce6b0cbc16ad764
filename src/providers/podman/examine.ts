import type { Clock } from "../../lib/clock.ts";
import { problemOf } from "../../lib/problem.ts";
import type { Roots } from "../layout.ts";
import type { Finding } from "../provider.ts";
import { examineAddresses } from "./examine/addresses.ts";
import { examineClock } from "./examine/clock.ts";
import { examineDisk } from "./examine/disk.ts";
import { type Examined, type ExaminedSite, warning } from "./examine/finding.ts";
import { examineForwardPolicy } from "./examine/forward-policy.ts";
import { examineGit } from "./examine/git.ts";
import { examineImages } from "./examine/images.ts";
import { examineKernel } from "./examine/kernel.ts";
import { examineMemory } from "./examine/memory.ts";
import { examineNames } from "./examine/names.ts";
import { examinePorts } from "./examine/ports.ts";
import { examinePrograms } from "./examine/programs.ts";
import { examineSnapshots } from "./examine/snapshots.ts";

export type { ExaminedSite } from "./examine/finding.ts";

/** What is to be examined. */
export type ExamineOptions = { readonly roots: Roots; readonly clock: Clock; readonly site?: ExaminedSite };

/** Every check, in the order in which it is told. */
const checks: Readonly<Record<string, (examined: Examined) => Promise<readonly Finding[]>>> = {
  programs: examinePrograms,
  git: examineGit,
  kernel: examineKernel,
  forward: examineForwardPolicy,
  addresses: examineAddresses,
  ports: examinePorts,
  disk: examineDisk,
  snapshots: examineSnapshots,
  memory: examineMemory,
  clock: examineClock,
  names: examineNames,
  images: examineImages,
};

/**
 * Looks at what this machine has and lacks for freehold. Changes nothing and never throws: a check that could not be made is
 * itself a finding.
 */
export async function examine({ roots, clock, site }: ExamineOptions): Promise<readonly Finding[]> {
  const examined: Examined = {
    root: roots.root,
    now: clock.now(),
    ...(site === undefined ? {} : { site }),
  };
  const all = await Promise.all(
    Object.entries(checks).map(([name, check]) =>
      check(examined).catch((thrown: unknown) => [
        warning(
          name,
          `could not be looked at: ${problemOf(thrown).message}`,
          "to look at it",
          "run freehold doctor as root",
        ),
      ]),
    ),
  );
  return all.flat();
}
