import { start } from "../../lib/exec.ts";
import { tableName } from "./nftables.ts";
import { findProgram } from "./prepare.ts";
import { aborted, unseen } from "./unseen.ts";

/** Bytes of a line that are looked at: the table's name stands among the first. */
const longest = 4096;

/**
 * Tells whenever something of a site's table changes, as `nft monitor` says (nft(8)); all else that happens to the machine's
 * rules is passed over. The program ends with this process. `prefix` are words before it, to enter another network namespace.
 * Problem: `CHANGES_UNSEEN` when it ends by itself.
 */
export async function watchFirewall(
  site: string,
  tell: () => void,
  signal: AbortSignal,
  prefix: readonly string[] = [],
): Promise<void> {
  const withParent = await findProgram("setpriv");
  if (signal.aborted) return;
  const words = [...prefix, ...(withParent === undefined ? [] : [withParent, "--pdeathsig", "KILL", "--"])];
  const [program = "nft", ...rest] = [...words, "nft", "monitor"];
  const child = start([program, ...rest], {
    env: { ...process.env, LC_ALL: "C" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise<unknown>((resolve) => {
    child.once("exit", resolve);
    child.once("error", resolve);
  });
  let left = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    const lines = (left + text).split("\n");
    left = lines.pop()?.slice(0, longest) ?? "";
    if (lines.some((line) => concerns(line, site))) tell();
  });
  await Promise.race([ended, aborted(signal)]);
  if (!signal.aborted) unseen("the firewall");
  child.kill("SIGKILL");
  await ended;
}

/** Whether a line of the monitor is about the site's table. */
export function concerns(line: string, site: string): boolean {
  return `${line.slice(0, longest)} `.includes(` ${tableName(site)} `);
}
