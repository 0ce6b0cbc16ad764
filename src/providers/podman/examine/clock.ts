import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { exec } from "../../../lib/exec.ts";
import { isErrno } from "../../../lib/fs.ts";
import type { Finding } from "../../provider.ts";
import { findProgram } from "../prepare.ts";
import { type Examined, fine, warning, wrong } from "./finding.ts";

/** What is known of the time; all in milliseconds since the epoch. */
export type ClockFacts = {
  readonly now: number;
  /** When one of our files was last written: it cannot be earlier now. */
  readonly lastKnown?: number;
  /** Whether something keeps the clock right, where that can be asked. */
  readonly synchronized?: boolean;
};

/** A clock that shows an earlier time is wrong: this program is younger. */
const earliest = Date.UTC(2026, 0, 1);

const minute = 60_000;
const setIt = "timedatectl set-ntp true";

/** Looks at the clock. */
export async function examineClock({ root, now }: Examined): Promise<readonly Finding[]> {
  const lastKnown = await newest(root);
  const synchronized = await isSynchronized();
  return [
    judgeClock({
      now,
      ...(lastKnown === undefined ? {} : { lastKnown }),
      ...(synchronized === undefined ? {} : { synchronized }),
    }),
  ];
}

/** What follows from what is known of the time. Pure. */
export function judgeClock({ now, lastKnown = now, synchronized }: ClockFacts): Finding {
  const shown = `${new Date(now).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  if (now < earliest) return wrong("clock", shown, "a time from 2026 on", setIt);
  if (now < lastKnown - minute) {
    const behind = Math.round((lastKnown - now) / minute);
    return wrong(
      "clock",
      `${shown}, ${behind} min before it last wrote a file`,
      "a later time; certificates fail otherwise",
      setIt,
    );
  }
  if (synchronized === false) return warning("clock", `${shown}, kept right by nobody`, "a time service", setIt);
  return fine("clock", shown);
}

/** When the newest of our own directories was last written. */
async function newest(root: string): Promise<number | undefined> {
  const sites = join(root, "sites");
  const paths = [
    root,
    sites,
    ...(await namesIn(sites)).flatMap((name) => [join(sites, name), join(sites, name, "ledger")]),
  ];
  const times = await Promise.all(paths.map(writtenAt));
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return [];
    throw thrown;
  }
}

async function writtenAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return undefined;
    throw thrown;
  }
}

async function isSynchronized(): Promise<boolean | undefined> {
  const program = await findProgram("timedatectl");
  if (program === undefined) return undefined;
  const { code, stdout } = await exec([program, "show", "--property=NTPSynchronized", "--value"], { timeout: 5000 });
  return code === 0 ? stdout.trim() === "yes" : undefined;
}
