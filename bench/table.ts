import { type Amount, type Bound, isWithin, type Row } from "./row.ts";

const headings = ["figure", "measured", "floor", "ratio", "bound", "ok"] as const;

/** The rows as a table for a terminal, with the notes below it. */
export function textTable(rows: readonly Row[]): string {
  const lines = [[...headings], ...rows.map(cellsOf)];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  const notes = notesOf(rows);
  return [...text, ...(notes.length === 0 ? [] : ["", ...notes])].map((line) => `${line.trimEnd()}\n`).join("");
}

/** The same in Markdown. */
export function markdownTable(rows: readonly Row[]): string {
  const lines = [[...headings], headings.map(() => "---"), ...rows.map(cellsOf)];
  const notes = notesOf(rows).map((note) => `* ${note}`);
  return [...lines.map((line) => `| ${line.join(" | ")} |`), "", ...notes].map((line) => `${line}\n`).join("");
}

function notesOf(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => ("leftOut" in row ? [] : (row.notes ?? []).map((note) => `${row.figure}: ${note}`)));
}

function cellsOf(row: Row): string[] {
  if ("leftOut" in row) return [row.figure, "", "", "", "", `left out: ${row.leftOut}`];
  const { figure, measured, floor, ratio, bound } = row;
  return [
    figure,
    amountText(measured),
    floor === undefined ? "" : `${amountText(floor.amount)} ${floor.what}`,
    ratio === undefined ? "" : amountText(ratio),
    boundText(bound),
    isWithin(row) ? "ok" : "OVER",
  ];
}

function boundText({ at, amount, because }: Bound): string {
  return `${at === "most" ? "≤" : "≥"} ${amountText(amount)}${because === undefined ? "" : ` (${because})`}`;
}

/** With as many digits as mean something. */
export function amountText({ value, unit }: Amount): string {
  switch (unit) {
    case "ms":
      return value < 1000 ? `${value.toFixed(value < 10 ? 1 : 0)} ms` : `${(value / 1000).toFixed(2)} s`;
    case "MB":
      return `${value.toFixed(value < 100 ? 1 : 0)} MB`;
    case "requests":
      return value.toLocaleString("en");
    case "requests/s":
      return `${Math.round(value).toLocaleString("en")}/s`;
    case "times":
      return `${value.toFixed(2)} ×`;
  }
}
