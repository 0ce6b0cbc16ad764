import type { Finding } from "../../providers/provider.ts";
import { type Line, type Span, type Text, tone } from "../span.ts";
import { wrap } from "../width.ts";
import { count } from "../words.ts";

const marks: Record<Finding["state"], Span> = {
  fine: tone("good", "✔"),
  warning: tone("warn", "●"),
  wrong: tone("bad", "✖"),
};

/** What was found against what is expected, a finding at a time, with the fix. `what` was looked at: a machine, a cluster. */
export function doctorText(findings: readonly Finding[], columns: number, what = "machine"): Text {
  const wrong = findings.filter(({ state }) => state === "wrong").length;
  const warnings = findings.filter(({ state }) => state === "warning").length;
  return [...findings.flatMap((finding) => findingLines(finding, columns)), "", verdict(wrong, warnings, what)];
}

function findingLines({ name, state, found, expected, fix }: Finding, columns: number): Line[] {
  const label = labelOf(name);
  const named = found.includes(label) ? found : `${label}: ${found}`;
  const words = state === "fine" || expected === undefined ? named : `${named}; expected ${expected}`;
  const lines = wrap(words, columns - 4).map(
    (line, index): Line => (index === 0 ? ["  ", marks[state], ` ${line}`] : `    ${line}`),
  );
  if (fix === undefined || state === "fine") return lines;
  const fixed = wrap(fix, columns - 11).map((line, index) => `${index === 0 ? "      fix: " : "           "}${line}`);
  return [...lines, ...fixed];
}

/** `port-443` is port 443, `name-example.org` is that name. */
function labelOf(name: string): string {
  return name.replace(/^name-/, "").replace(/^port-/, "port ");
}

function verdict(wrong: number, warnings: number, what: string): string {
  if (wrong === 0 && warnings === 0) return `This ${what} has all that freehold needs.`;
  const said = warnings === 0 ? "" : `${count(warnings, "warning")}`;
  if (wrong === 0) return `This ${what} has all that freehold needs; ${said}.`;
  return `${count(wrong, "thing")} must be put right first${said === "" ? "" : `; ${said}`}.`;
}
