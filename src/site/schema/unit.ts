import type { z } from "zod";
import { leaf, numberLeaf } from "./leaf.ts";

const powers = new Map([
  ["K", 1024],
  ["M", 1024 ** 2],
  ["G", 1024 ** 3],
  ["T", 1024 ** 4],
]);

const milliseconds = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["w", 604_800_000],
]);

/** A size in bytes: `512M`, `1.5G`, `64Ki`. Powers of 1,024. */
export function size(bounds: { least: number; most: number; words: string }): z.ZodType<number, unknown> {
  return leaf<number>({
    code: "SIZE_INVALID",
    expected: `a size ${bounds.words}, such as 512M`,
    json: { type: "string", pattern: "^\\d+(\\.\\d+)?[KMGT]i?$" },
    read: (value, refuse) => {
      if (typeof value === "number") return refuse({ hint: `a size has a unit: ${sizeHint(value)}` });
      if (typeof value !== "string") return refuse({ code: "TYPE_WRONG", form: true });
      const match = /^(\d{1,15}(?:\.\d{1,6})?)\s?([A-Za-z]*)$/.exec(value);
      const amount = Number(match?.[1]);
      const unit = match?.[2] ?? "";
      const power = powers.get(unit.replace(/i$/, ""));
      if (match === null || power === undefined) return refuse(unitHint(amount, unit));
      const bytes = Math.round(amount * power);
      return bytes >= bounds.least && bytes <= bounds.most ? bytes : undefined;
    },
  });
}

function sizeHint(bytes: number): string {
  const mega = Math.round(bytes / 1024 ** 2);
  return mega >= 1 ? `${mega}M` : "512M";
}

function unitHint(amount: number, unit: string): { hint: string } | undefined {
  const letter = unit.slice(0, 1).toUpperCase();
  const known = /^[kmgt]i?b?$/i.test(unit) && powers.has(letter);
  return known ? { hint: `write ${amount}${letter}: powers of 1,024` } : { hint: "K, M, G and T are its units" };
}

/** A number of cores. */
export const cores = leaf<number>({
  code: "CPU_INVALID",
  expected: "a number of cores from 0.01 to 1024, such as 0.5",
  json: { type: "number", minimum: 0.01, maximum: 1024 },
  read: (value, refuse) => {
    if (typeof value === "number") return value >= 0.01 && value <= 1024 ? value : undefined;
    if (typeof value !== "string") return refuse({ code: "TYPE_WRONG", form: true });
    const milli = /^(\d{1,7})m$/.exec(value)?.[1];
    if (milli !== undefined) return refuse({ hint: `write ${Number(milli) / 1000}` });
    return refuse(/^\d+(\.\d+)?$/.test(value) ? { hint: `write ${value} without quotes` } : {});
  },
});

/** A whole number within bounds. */
export function count(bounds: { least: number; most: number; what: string }): z.ZodType<number, unknown> {
  const { least, most, what } = bounds;
  return numberLeaf<number>({
    code: "COUNT_INVALID",
    expected: `${what} from ${least} to ${most}`,
    json: { type: "integer", minimum: least, maximum: most },
    read: (value) => (Number.isInteger(value) && value >= least && value <= most ? value : undefined),
  });
}

/** A duration in milliseconds: `90s`, `1h30m`, `2d`, `1w`, `500ms`. */
export function duration(bounds: { least: number; most: number; words: string }): z.ZodType<number, unknown> {
  return leaf<number>({
    code: "DURATION_INVALID",
    expected: `a duration ${bounds.words}, such as 30s`,
    json: { type: "string", pattern: "^(\\d+(ms|s|m|h|d|w))+$" },
    read: (value, refuse) => {
      if (typeof value === "number") return refuse({ hint: `a duration has a unit: ${value}s` });
      if (typeof value !== "string") return refuse({ code: "TYPE_WRONG", form: true });
      const total = readDuration(value);
      if (total === undefined) return refuse({ hint: "ms, s, m, h, d and w are its units, the largest first" });
      return total >= bounds.least && total <= bounds.most ? total : undefined;
    },
  });
}

/** Milliseconds; undefined for what is not a duration. Units stand from the largest to the smallest, each once. */
export function readDuration(text: string): number | undefined {
  if (text.length > 64 || !/^(?:\d+(?:ms|[smhdw]))+$/.test(text)) return undefined;
  let total = 0;
  let before = Number.POSITIVE_INFINITY;
  for (const [, amount, unit = ""] of text.matchAll(/(\d+)(ms|[smhdw])/g)) {
    const length = milliseconds.get(unit) ?? 0;
    if (length >= before) return undefined;
    before = length;
    total += Number(amount) * length;
  }
  return total;
}

/** A TCP or UDP port. */
export const port = numberLeaf<number>({
  code: "PORT_OUT_OF_RANGE",
  expected: "a port from 1 to 65535",
  json: { type: "integer", minimum: 1, maximum: 65535 },
  read: (value) => (isPort(value) ? value : undefined),
});

/** Whether a number can be a port. */
function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65535;
}

/** A port as it stands inside text; undefined for what cannot be one. */
export function readPort(text: string): number | undefined {
  const value = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  return isPort(value) ? value : undefined;
}
