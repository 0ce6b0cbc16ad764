import type { Cell, Difference, Proof } from "../../observe/prove.ts";
import { type Line, type Span, type Text, tone } from "../span.ts";
import { pad, widthOf, wrap } from "../width.ts";
import { count, duration, listed } from "../words.ts";

/** The proof, and how long it took. */
export type ProofView = { readonly site: string; readonly proof: Proof; readonly milliseconds: number };

const zoneNames: Readonly<Record<string, string>> = { lan: "LAN" };

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

/** A row per service; as many columns as fit, the rest in further blocks. */
function matrix({ cells, differences }: Proof, columns: number): Line[] {
  const froms = [...new Set(cells.map(({ from }) => from))];
  const tos = [...new Set(cells.map(({ to }) => to))].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const wrong = new Set(
    differences.map(({ attempt: { service, goal } }) => `${service} ${goal.to === "service" ? goal.service : goal.to}`),
  );
  const byName = new Map(cells.map((cell) => [`${cell.from} ${cell.to}`, cell]));
  const mark = (from: string, to: string): Span => {
    if (from === to) return tone("dim", "·");
    const cell = byName.get(`${from} ${to}`);
    const words = cell === undefined ? "" : reached(cell);
    if (wrong.has(`${from} ${to}`)) return tone("bad", `${words}!`);
    return words === "✖" ? tone("dim", words) : tone("good", words);
  };
  const left = Math.max(9, ...froms.map(widthOf));
  const widths = tos.map((to) =>
    Math.max(widthOf(zoneNames[to] ?? to), ...froms.map((from) => widthOf(plain(mark(from, to))))),
  );
  return blocks(tos, widths, columns - left).flatMap((block, index): Line[] => [
    ...(index === 0 ? [] : [""]),
    [
      pad("from \\ to", left),
      ...block.map((at) => `  ${pad(zoneNames[tos[at] ?? ""] ?? tos[at] ?? "", widths[at] ?? 0)}`),
    ],
    ...froms.map(
      (from): Line => [
        pad(from, left),
        ...block.flatMap((at): Span[] => {
          const span = mark(from, tos[at] ?? "");
          return ["  ", span, " ".repeat(Math.max(0, (widths[at] ?? 0) - widthOf(plain(span))))];
        }),
      ],
    ),
  ]);
}

function rank(to: string): number {
  return ["machine", "lan", "internet"].indexOf(to);
}

function plain(span: Span): string {
  return typeof span === "string" ? span : span.text;
}

/** Ports that were reached; `all` when every one that was tried was. */
function reached({ reached: ports, refused }: Cell): string {
  if (ports.length === 0) return "✖";
  if (refused.length === 0 || ports.length > 4) return refused.length === 0 ? "all" : `${ports.length} ports`;
  return ports.join(",");
}

function blocks(tos: readonly string[], widths: readonly number[], room: number): number[][] {
  const found: number[][] = [[]];
  let used = 0;
  for (const at of tos.keys()) {
    const cells = (widths[at] ?? 0) + 2;
    if (used + cells > room && used > 0) {
      found.push([]);
      used = 0;
    }
    found.at(-1)?.push(at);
    used += cells;
  }
  return found;
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
