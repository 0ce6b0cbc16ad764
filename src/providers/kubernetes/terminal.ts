import { on } from "node:events";
import type { TerminalSize } from "./client/client.ts";

/** What comes on our own input until its end or the signal. What is not read stays for the next who reads. */
export async function* input(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { stdin } = process;
  if (stdin.readableEnded || stdin.destroyed) return;
  try {
    for await (const [chunk] of on(stdin, "data", { signal, close: ["end", "close"] }))
      yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  } finally {
    stdin.pause();
    stdin.unref?.();
  }
}

/** The sizes of our own terminal, the present one first, until the signal. */
export async function* sizes(signal: AbortSignal): AsyncGenerator<TerminalSize> {
  const { stdout } = process;
  const now = (): TerminalSize => ({ columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 });
  yield now();
  try {
    for await (const _ of on(stdout, "resize", { signal })) yield now();
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}

/** Runs with our own terminal as it is: each key goes on at once, also the one that would end us. Puts it back afterwards. */
export async function withRawTerminal<T>(run: () => Promise<T>): Promise<T> {
  const { stdin } = process;
  const wasRaw = stdin.isRaw === true;
  stdin.setRawMode(true);
  try {
    return await run();
  } finally {
    stdin.setRawMode(wasRaw);
  }
}
