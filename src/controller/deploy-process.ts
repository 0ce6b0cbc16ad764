import { once } from "node:events";
import { join } from "node:path";
import { start } from "../lib/exec.ts";

/** Where freehold itself lies. */
const program = join(import.meta.dirname, "../../bin/freehold");

/**
 * Starts `freehold deploy` for a head in a session of its own, so that it goes on to its end whatever becomes of us, with our output as its
 * own. Resolves with its exit code (128 when it was killed); with 0 when the signal ends the waiting.
 */
export async function deployApart(site: string, commit: string, signal: AbortSignal): Promise<number> {
  const words = ["deploy", "--site-name", site, "--rev", commit] as const;
  const child = start([program, ...words], { cwd: "/", detached: true, stdio: ["ignore", "inherit", "inherit"] });
  child.unref();
  try {
    const [code] = await once(child, "close", { signal });
    return typeof code === "number" ? code : 128;
  } catch (thrown) {
    if (signal.aborted) return 0;
    throw thrown;
  }
}
