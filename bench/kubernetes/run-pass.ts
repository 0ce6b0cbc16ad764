import { join } from "node:path";
import { exec } from "../../src/lib/exec.ts";
import { cache } from "../../test/world/images.ts";

/** What one pass took. Milliseconds from the start of its program; bytes of its largest size in memory, and of bodies on the wire. */
export type Pass = {
  readonly planned: number;
  readonly milliseconds: number;
  readonly steps: number;
  readonly failed: readonly string[];
  readonly requests: { readonly count: number; readonly bytesIn: number; readonly bytesOut: number };
  readonly memory: number;
};

const program = join(import.meta.dirname, "pass.ts");

/** Node keeps what it compiled, as it does for `bin/freehold`. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(cache, "compiled") };

/** One pass over a site, in a process of its own; see pass.ts. Fails when a step did. */
export async function runPass(directory: string): Promise<Pass> {
  const { code, stdout, stderr } = await exec([process.execPath, program, directory], { env, timeout: 600_000 });
  if (code !== 0) throw new Error(`expected the pass to end well, got ${code}: ${stderr}`);
  const pass: Pass = JSON.parse(stdout);
  const [first] = pass.failed;
  if (first !== undefined) throw new Error(`expected all steps to be done, ${pass.failed.length} were not: ${first}`);
  return pass;
}
