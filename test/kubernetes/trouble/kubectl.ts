import { exec } from "../../../src/lib/exec.ts";

/** Runs kubectl, which must succeed; what it printed. `input` is given to it, for `-f -`. */
export async function kubectl(words: readonly string[], input = ""): Promise<string> {
  const { code, stdout, stderr } = await exec(["kubectl", ...words], { input, timeout: 120_000 });
  if (code !== 0) throw new Error(`kubectl ${words.join(" ")} ended with ${code}: ${stderr}`);
  return stdout;
}
