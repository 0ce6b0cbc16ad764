/**
 * Draws what a terminal showed as an SVG: `bin/freehold status | node scripts/picture.ts "freehold status" > docs/pictures/status.svg`.
 * Knows bold, dim and the eight colours. Dark, since it must be readable on light and dark pages alike.
 */
import { text } from "node:stream/consumers";

type Style = { readonly colour: string; readonly bold: boolean };
type Run = Style & { readonly text: string };

const plain: Style = { colour: "#d7dae0", bold: false };
const colours: Readonly<Record<string, string>> = {
  "30": "#5c6370",
  "31": "#ef6b73",
  "32": "#8ccf7e",
  "33": "#e5c76b",
  "34": "#67b0e8",
  "35": "#c47fd5",
  "36": "#6cbfbf",
  "37": "#d7dae0",
  "39": plain.colour,
};
const dim = "#7f848e";
const width = 8.43;
const height = 19;
const margin = 18;

/** The style after one SGR sequence (ECMA-48, 8.3.117). */
function restyled(style: Style, codes: string): Style {
  return codes.split(";").reduce(changed, style);
}

function changed(style: Style, code: string): Style {
  if (code === "" || code === "0") return plain;
  if (code === "1") return { ...style, bold: true };
  if (code === "2") return { ...style, colour: dim };
  if (code === "22") return { bold: false, colour: style.colour === dim ? plain.colour : style.colour };
  return { ...style, colour: colours[code] ?? style.colour };
}

function runs(line: string): Run[] {
  const found: Run[] = [];
  let style = plain;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  for (const [index, piece] of line.split(/\x1b\[([0-9;]*)m/).entries()) {
    if (index % 2 === 1) style = restyled(style, piece);
    else if (piece !== "") found.push({ ...style, text: piece });
  }
  return found;
}

function escaped(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The whole picture. Each run stands at its own column, so that fonts of other widths keep the layout. */
function svg(title: string, lines: readonly string[]): string {
  const columns = Math.max(...lines.map((line) => runs(line).reduce((sum, run) => sum + run.text.length, 0)), 60);
  const rows = lines.map((line, row) => {
    let column = 0;
    return runs(line)
      .map((run) => {
        const x = (margin + column * width).toFixed(1);
        const y = margin + 34 + row * height;
        column += run.text.length;
        const weight = run.bold ? ' font-weight="bold"' : "";
        const length = (run.text.length * width).toFixed(1);
        return `<text x="${x}" y="${y}" fill="${run.colour}"${weight} textLength="${length}" xml:space="preserve">${escaped(run.text)}</text>`;
      })
      .join("");
  });
  const w = Math.ceil(columns * width + 2 * margin);
  const h = lines.length * height + 2 * margin + 28;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${w}" height="${h}" rx="9" fill="#1e2127"/>`,
    ...[0, 1, 2].map((dot) => `<circle cx="${margin + 4 + dot * 18}" cy="17" r="5.5" fill="#3b4048"/>`),
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`,
    ...rows,
    "</g></svg>",
    "",
  ].join("\n");
}

/** What stands on the screen in the end: lines that were taken back by "up N, erase below" are not there (ECMA-48, 8.3.22, 8.3.39). */
function screen(output: string): string[] {
  const lines: string[] = [""];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  for (const piece of output.replaceAll("\r", "").split(/(\n|\x1b\[\d+A\x1b\[J)/)) {
    const up = /(\d+)A/.exec(piece)?.[1];
    if (piece === "\n") lines.push("");
    else if (piece.startsWith("\x1b") && up !== undefined) lines.splice(-1 - Number(up), Number.POSITIVE_INFINITY, "");
    else lines.push((lines.pop() ?? "") + piece);
  }
  return lines;
}

const lines = screen((await text(process.stdin)).trimEnd());
process.stdout.write(svg(process.argv[2] ?? "terminal", lines));
