import { exec } from "../../src/lib/exec.ts";

/** Runs kubectl against the cluster of KUBECONFIG, which must succeed; what it printed. */
export async function kubectl(words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await exec(["kubectl", ...words], { timeout: 1_800_000 });
  if (code !== 0) throw new Error(`kubectl ${words.join(" ")} ended with ${code}: ${stderr.slice(-2000)}`);
  return stdout;
}
