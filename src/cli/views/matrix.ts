import type { Cell, Proof } from "../../observe/prove.ts";
import { type Line, type Span, tone } from "../span.ts";
import { pad, widthOf } from "../width.ts";

/** How goals are called where they are shown, if not by their own word. */
export const zoneNames: Readonly<Record<string, string>> = { lan: "LAN" };

/** A row per service; as many columns as fit, the rest in further blocks. */
export function matrix({ cells, differences }: Proof, columns: number): Line[] {
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
