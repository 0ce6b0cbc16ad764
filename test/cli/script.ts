/**
 * Command line sessions as files that read like a terminal:
 *
 *     # a comment
 *     file services/blog.yaml          a file of the working directory; its text follows, indented by four spaces
 *     remove services/blog.yaml
 *     directory /                      the working directory from here on, from the session's own
 *     terminal                         from here on there is a person at a terminal; `pipe` for nobody
 *     machine IMAGE never answers      how containers of the machine behave; `ends at once`, `answers`
 *     type y                           what the person types (or the pipe brings) for the next command
 *     interrupt start container/blog/blog    Ctrl-C when the next command has this effect on the machine
 *     meanwhile network/blog           a thing that goes from the machine while the next question is asked
 *     $ freehold plan                  a command; then what it prints: `| ` on standard output, `! ` on standard error
 *     exit 4                           its code, when it is not 0
 *
 * `…` in expected output stands for anything in a line, a line of `…` alone for any lines.
 */
export type Line =
  | { readonly is: "other"; readonly text: string }
  | { readonly is: "file"; readonly path: string; readonly text: string; readonly lines: readonly string[] }
  | {
      readonly is: "command";
      readonly words: readonly string[];
      readonly text: string;
      readonly output: readonly string[];
    };

/** Reads a session. */
export function parseScript(text: string): Line[] {
  const rows = text.replace(/\n$/, "").split("\n");
  const lines: Line[] = [];
  for (let at = 0; at < rows.length; ) {
    const row = rows[at] ?? "";
    const more = (belongs: RegExp): string[] => {
      const from = at + 1;
      let to = from;
      while (belongs.test(rows[to] ?? "#")) to += 1;
      at = to;
      return rows.slice(from, to);
    };
    if (row.startsWith("file ")) {
      const inner = more(/^ {4}|^$/);
      while (inner.at(-1) === "") {
        inner.pop();
        at -= 1;
      }
      lines.push({ is: "file", path: row.slice("file ".length), text: row, lines: inner });
    } else if (row.startsWith("$ freehold")) {
      lines.push({ is: "command", words: wordsOf(row), text: row, output: more(/^[|!]|^exit |^…$/) });
    } else {
      lines.push({ is: "other", text: row });
      at += 1;
    }
  }
  return lines;
}

/** The words after `$ freehold`; single quotes keep spaces. */
function wordsOf(row: string): string[] {
  const words = row.slice("$ freehold".length).matchAll(/'([^']*)'|(\S+)/g);
  return [...words].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/** Whether lines that were printed are those that are expected. */
export function isExpected(printed: readonly string[], expected: readonly string[]): boolean {
  const pattern = expected.map((line) => {
    if (/^([|!] )?…$/.test(line)) return "(?:.*\n)*?";
    return `${line.split("…").map(literally).join(".*")}\n`;
  });
  return new RegExp(`^${pattern.join("")}$`).test(printed.map((line) => `${line}\n`).join(""));
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
