import { ProblemError, problem } from "../lib/problem.ts";
import type { Reading } from "./streams.ts";

/** No answer is longer, in characters. */
const longest = 64 * 1024;

/** What one key press does to what was typed so far: goes on with it, ends it, or breaks off. */
type Typed = { readonly text: string; readonly now: "go on" | "end" | "break off" };

/** The same of several key presses, and how many characters of them were used. */
type TypedAll = Typed & { readonly used: number };

/**
 * Reads one line, without its end. The end of the input ends it as well. Problems: `INTERRUPTED` by the signal,
 * `USAGE_INPUT_TOO_LONG`.
 */
export function readLine(stdin: Reading, signal: AbortSignal): Promise<string> {
  return read(stdin, signal, (text, character) => {
    if (character === "\n") return { text: text.replace(/\r$/, ""), now: "end" };
    return { text: text + character, now: "go on" };
  });
}

/**
 * Reads everything up to the end of the input. Problems: `INTERRUPTED` by the signal, `USAGE_INPUT_TOO_LONG`.
 */
export function readAll(stdin: Reading, signal: AbortSignal): Promise<string> {
  return read(stdin, signal, (text, character) => ({ text: text + character, now: "go on" }));
}

/**
 * Reads one line that the terminal does not show; `ready` is called once it shows nothing any more. Backspace and Ctrl-U work;
 * Ctrl-C interrupts. Problems as {@link readLine}.
 */
export async function readSecret(stdin: Reading, signal: AbortSignal, ready: () => void): Promise<string> {
  stdin.setRawMode?.(true);
  try {
    ready();
    return await read(stdin, signal, typeSecret);
  } finally {
    stdin.setRawMode?.(false);
  }
}

function typeSecret(text: string, character: string): Typed {
  if (character === "\r" || character === "\n" || character === "\x04") return { text, now: "end" };
  if (character === "\x03") return { text: "", now: "break off" };
  if (character === "\x15") return { text: "", now: "go on" };
  if (character === "\x7f" || character === "\b") return { text: [...text].slice(0, -1).join(""), now: "go on" };
  return { text: text + character, now: "go on" };
}

function read(stdin: Reading, signal: AbortSignal, type: (text: string, character: string) => Typed): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const decoder = new TextDecoder();
    const settle = (finish: () => void): void => {
      stdin.off("data", onData).off("end", onEnd).off("error", onError).pause();
      signal.removeEventListener("abort", onAbort);
      finish();
    };
    const onAbort = (): void => settle(() => reject(interruption()));
    const onEnd = (): void => settle(() => resolve(text));
    const onError = (cause: Error): void => settle(() => reject(cause));
    const onData = (chunk: Uint8Array | string): void => {
      const characters = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
      const typed = typeAll(text, characters, type);
      text = typed.text;
      if (typed.now === "end") onEnd();
      else if (typed.now === "break off") onAbort();
      else if (text.length > longest) settle(() => reject(tooLong()));
      else return;
      const rest = characters.slice(typed.used);
      if (rest !== "") stdin.unshift(Buffer.from(rest)); // for who reads next; it is paused by now
    };
    signal.addEventListener("abort", onAbort, { once: true });
    stdin.on("data", onData).on("end", onEnd).on("error", onError).resume();
    if (signal.aborted) onAbort();
    else if (stdin.readableEnded) onEnd();
  });
}

/** Types one character after the other, until one of them ends it. */
function typeAll(text: string, characters: string, type: (text: string, character: string) => Typed): TypedAll {
  let typed: Typed = { text, now: "go on" };
  let used = 0;
  for (const character of characters) {
    typed = type(typed.text, character);
    used += character.length;
    if (typed.now !== "go on") break;
  }
  return { ...typed, used };
}

function interruption(): ProblemError {
  return new ProblemError(problem("INTERRUPTED", "interrupted", { kind: "waiting" }));
}

function tooLong(): ProblemError {
  return new ProblemError(problem("USAGE_INPUT_TOO_LONG", `expected at most ${longest} characters, got more`));
}
