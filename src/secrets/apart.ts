import { join } from "node:path";
import { exec } from "../lib/exec.ts";
import { listAt, parseJson, textAt, textsAt } from "../lib/json.ts";
import { fail } from "../lib/problem.ts";
import type { SealedSecrets } from "./sealed.ts";

const program = join(import.meta.dirname, "apart-main.ts");

/**
 * Opens secrets with the machine's own key in a process that ends with it: what opens takes 13 MB and more, which a process that lives for
 * months would keep. Everything goes by pipes; nothing open stands in an argument, a variable or a file. Problems: those of
 * `openValues`; `BUG` when the process did not answer.
 */
export async function openValuesApart(sealed: SealedSecrets, root: string): Promise<ReadonlyMap<string, string>> {
  const names = Object.keys(sealed.values);
  if (names.length === 0) return new Map();
  const { code, stdout, stderr } = await exec([process.execPath, program], { input: JSON.stringify({ sealed, root }) });
  const answer = parseJson(stdout);
  const problem = textAt(answer, "problem", "code");
  if (problem !== "") return failAs(answer, problem);
  const values = textsAt(answer, "values");
  if (code === 0 && values.size === names.length && names.every((name) => values.has(name))) return values;
  return fail("BUG", `expected a process that opens secrets to answer, it ended with ${code}`, {
    kind: "bug",
    detail: stderr.trim().split("\n").slice(-10),
  });
}

function failAs(answer: unknown, code: string): never {
  const hint = textAt(answer, "problem", "hint");
  const detail = listAt(answer, "problem", "detail").flatMap((line) => (typeof line === "string" ? [line] : []));
  return fail(code, textAt(answer, "problem", "message"), {
    kind: textAt(answer, "problem", "kind") === "bug" ? "bug" : "user",
    ...(hint === "" ? {} : { hint }),
    ...(detail.length === 0 ? {} : { detail }),
  });
}
