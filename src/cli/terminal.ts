import { visible } from "../lib/text.ts";
import { readAll, readLine, readSecret } from "./keyboard.ts";
import { type Area, liveArea } from "./live.ts";
import { type Paint, render, renderJson } from "./render.ts";
import type { Text } from "./span.ts";
import { columnsOf, type Streams, type Writing } from "./streams.ts";

/** Where a command's words go and a person's answers come from. */
export type Terminal = {
  /** How many columns there are for text: 40 at least, 80 when nobody knows. */
  readonly columns: number;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
  /** Whether what was printed can be drawn again: standard output is a terminal that can move its cursor. */
  readonly live: boolean;
  /** Prints what was asked for, on standard output. */
  print(text: Text): void;
  /** Prints what is said besides, on standard error. */
  say(text: Text): void;
  /** Prints one document on standard output. */
  json(value: unknown): void;
  /** Prints one line of JSON on standard output. */
  jsonLine(value: unknown): void;
  /** Text for a program (a certificate, a script), as it is. */
  raw(text: string): void;
  /** An area that can be drawn again and again. Only where `live`. */
  area(): Area;
  /** Asks and reads a line. Only where `interactive`. Problem: `INTERRUPTED`. */
  ask(question: string, signal: AbortSignal): Promise<string>;
  /** Asks and reads a line that is not shown. Only where `interactive`. Problem: `INTERRUPTED`. */
  askSecret(question: string, signal: AbortSignal): Promise<string>;
  /** The first line of standard input, without asking. */
  line(signal: AbortSignal): Promise<string>;
  /** All of standard input, without asking. */
  all(signal: AbortSignal): Promise<string>;
};

/** The terminal that these streams are. Colours need a terminal, and neither `NO_COLOR` nor a dumb one (no-color.org). */
export function createTerminal(
  { stdin, stdout, stderr }: Streams,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const dumb = env.TERM === "dumb";
  const paintOf = (stream: Writing): Paint =>
    stream.isTTY === true && !dumb && (env.NO_COLOR ?? "") === "" ? "colour" : "plain";
  return {
    get columns() {
      return Math.max(40, columnsOf(stdout));
    },
    interactive: stdin.isTTY === true && stdout.isTTY === true,
    live: stdout.isTTY === true && !dumb,
    print: (text) => void stdout.write(render(text, paintOf(stdout))),
    say: (text) => void stderr.write(render(text, paintOf(stderr))),
    json: (value) => void stdout.write(`${renderJson(value, 2)}\n`),
    jsonLine: (value) => void stdout.write(`${renderJson(value, 0)}\n`),
    raw: (text) => void stdout.write(text),
    area: () => liveArea(stdout, paintOf(stdout)),
    ask: async (question, signal) => {
      stdout.write(visibleLines(question));
      try {
        return await readLine(stdin, signal);
      } catch (thrown) {
        stdout.write("\n"); // the cursor stands behind the question
        throw thrown;
      }
    },
    askSecret: async (question, signal) => {
      try {
        return await readSecret(stdin, signal, () => stdout.write(visibleLines(question)));
      } finally {
        stdout.write("\n");
      }
    },
    line: (signal) => readLine(stdin, signal),
    all: (signal) => readAll(stdin, signal),
  };
}

function visibleLines(question: string): string {
  return question.split("\n").map(visible).join("\n");
}
