import { fail } from "../lib/problem.ts";

const units = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** A span of time that somebody typed, in milliseconds: `90s`, `10m`, `1h30m`. Problem: `USAGE_DURATION`. */
export function readDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smhdw])/g)];
  if (parts.length === 0 || parts.map(([all]) => all).join("") !== text) {
    return fail("USAGE_DURATION", `expected a span of time such as 90s, 10m, 1h30m or 2d, got "${text}"`);
  }
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * secondsOf(unit) * 1000, 0);
}

/** A count that somebody typed. Problem: `USAGE_NUMBER`. */
export function readCount(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  return fail("USAGE_NUMBER", `expected a number up to 9,999,999, got "${text}"`);
}

function secondsOf(unit: string | undefined): number {
  return Object.entries(units).find(([name]) => name === unit)?.[1] ?? 0;
}
