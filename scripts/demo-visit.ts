import { type ExecResult, exec } from "../src/lib/exec.ts";
import { fail } from "../src/lib/problem.ts";
import { demoSite } from "./demo-site.ts";

/** What every check has: the checkout, a directory for the length of the check, and the authority's certificate in it. */
export type Visit = { readonly checkout: string; readonly scratch: string; readonly authority: string };

/** Asks a service through the front door over HTTPS; `path` without its first slash. */
export function browse(visit: Visit, service: string, words: readonly string[], path = ""): Promise<ExecResult> {
  return curl(visit, [...words, `https://${service}.home.localhost:8443/${path}`]);
}

/** curl, which believes the site's authority and nobody else, and reads no settings of the person's. */
export function curl({ authority }: Visit, words: readonly string[], input = ""): Promise<ExecResult> {
  return exec(["curl", "-q", "-sS", "--noproxy", "*", "--max-time", "20", "--cacert", authority, ...words], { input });
}

/** Problem: `DEMO_CHECK`, with what the program said. */
export function wrong(service: string, expected: string, { code, stdout, stderr }: ExecResult): never {
  const words = (stderr.trim() || stdout.trim()).split("\n").slice(-8);
  fail("DEMO_CHECK", `expected ${expected}, got ${words.at(-1) || `code ${code}`}`, {
    detail: words,
    hint: `bin/freehold logs ${service} --site ${demoSite}`,
  });
}
