/** Characters that take two cells on a terminal: East Asian wide ones and pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f1e6}-\u{1f1ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const none = /^[\p{Mn}\p{Me}\u200b-\u200d]+$/u;

/** How many cells a text takes on a terminal. */
export function widthOf(text: string): number {
  let cells = 0;
  for (const character of text) {
    if (none.test(character)) continue;
    cells += wide.test(character) ? 2 : 1;
  }
  return cells;
}

/** The text, filled with spaces to so many cells. */
export function pad(text: string, cells: number): string {
  return text + " ".repeat(Math.max(0, cells - widthOf(text)));
}

/** The text, cut to so many cells; `…` says that it was. */
export function clip(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text;
  let kept = "";
  for (const character of text) {
    if (widthOf(kept) + widthOf(character) > cells - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The words of a text in lines of at most so many cells; a longer word stands on a line of its own. */
export function wrap(text: string, cells: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/u).filter((it) => it !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOf(longer) > cells) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return line === "" ? lines : [...lines, line];
}
