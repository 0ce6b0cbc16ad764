import type { Difference, Proof } from "../../observe/prove.ts";
import { type Line, type Text, tone } from "../span.ts";
import { wrap } from "../width.ts";
import { count, duration, listed } from "../words.ts";
import { matrix, zoneNames } from "./matrix.ts";

/** The proof, and how long it took. */
export type ProofView = { readonly site: string; readonly proof: Proof; readonly milliseconds: number };

/** So many differences are listed one by one. */
const most = 20;

/** Who reaches whom, as it was tried, and what that means. */
export function proofText({ proof, milliseconds }: ProofView, columns: number): Text {
  const { cells, attempts, differences, absent } = proof;
  const missing = absent.length === 0 ? [] : wrap(`Not asked, since nothing of it runs: ${listed(absent)}.`, columns);
  if (cells.length === 0) return ["Nothing runs, so there is nothing to try.", ...missing, "next: freehold up"];
  const ways = cells.reduce((sum, { declared }) => sum + (declared.length > 0 ? 1 : 0), 0);
  const tried = `${count(attempts, "attempt")} in ${duration(milliseconds)}: `;
  return [
    ...matrix(proof, columns),
    "",
    ...differences.slice(0, most).flatMap((difference) => differenceLines(difference, columns)),
    ...(differences.length > most
      ? [`… and ${count(differences.length - most, "more difference")}: freehold prove --json lists all.`]
      : []),
    ...unansweredLines(proof, columns),
    ...missing,
    differences.length === 0
      ? [tone("good", `${tried}${verdict(ways)}`)]
      : [tone("bad", `${tried}${count(differences.length, "way")} not as the files say.`)],
  ];
}

/** The same for programs. */
export function proofJson({ site, proof, milliseconds }: ProofView): object {
  return { site, milliseconds: Math.round(milliseconds), ...proof };
}

/** Ways that are declared and on which nobody outside answered: nothing is proved by them. */
function unansweredLines({ unanswered }: Proof, columns: number): Line[] {
  const names = [...new Set(unanswered.map(({ service, goal }) => `${service} to ${zoneNames[goal.to] ?? goal.to}`))];
  return names.length === 0
    ? []
    : wrap(`Open as declared, but nobody answered on some ports: ${listed(names)}.`, columns);
}

function verdict(ways: number): string {
  if (ways === 0) return "no way is declared, and none is open.";
  return ways === 1 ? "exactly the one declared way is open." : `exactly the ${ways} declared ways are open.`;
}

function differenceLines({ attempt, result }: Difference, columns: number): Line[] {
  const { service, goal, address, port } = attempt;
  const to =
    goal.to === "service"
      ? goal.service
      : goal.to === "lan"
        ? "the LAN"
        : goal.to === "machine"
          ? "this machine"
          : "the internet";
  const what =
    result === "reached"
      ? `${service} reaches ${to} on port ${port} (${address}); no line of reach opens that`
      : `${service} does not reach ${to} on port ${port} (${address}); reach in services/${service}.yaml opens it`;
  return wrap(what, columns - 4).map(
    (line, index): Line => (index === 0 ? ["  ", tone("bad", "✖"), ` ${line}`] : `    ${line}`),
  );
}
