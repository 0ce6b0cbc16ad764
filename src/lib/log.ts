import type { Clock } from "./clock.ts";
import { visible } from "./text.ts";

/** Where a long-running program says what it does, a line per event. */
export type Log = {
  /** What was done, or is. */
  info(text: string): void;
  /** What a person should look at. */
  warn(text: string): void;
};

/** A log of lines `TIME TEXT`, times in UTC, control characters made visible. */
export function lineLog(write: (line: string) => void, clock: Clock): Log {
  const line = (text: string): void => write(`${new Date(clock.now()).toISOString()} ${visible(text)}\n`);
  return { info: (text) => line(text), warn: (text) => line(`warning: ${text}`) };
}
