import { visible } from "../lib/text.ts";

/** At most so many characters of a value are shown. */
const longest = 60;

const secretName = /pass|secret|token|credential|private|salt|hash|auth|cookie|session|dsn|(^|[_.-])key|key$/i;
const secretValue = /:\/\/[^/\s]*:[^/\s]*@|-----BEGIN|^\$[a-z0-9]+\$/i;

/** Whether a setting looks as if its value were nobody's business: by its name, or a password inside an address. */
export function isSecret(path: string, text: string): boolean {
  return (path.startsWith("env.") && secretName.test(path.slice("env.".length))) || secretValue.test(text);
}

/** A text that fits a line of a plan: control characters made visible, the middle of a long one left out. */
export function short(text: string): string {
  const seen = visible(text);
  return seen.length <= longest ? seen : `${seen.slice(0, 40)}…${seen.slice(-19)}`;
}

/** A plain value, or a list of them, in the words of the files: `512M`, `30s`, `sh -c true`. */
export function words(path: string, value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(" ");
  if (typeof value !== "number") return String(value);
  if (path === "limits.memory") return size(value);
  if (/^check\.(every|timeout|within)$/.test(path)) return duration(value);
  return String(value);
}

/** Bytes in the units of the language: powers of 1,024, exact. */
export function size(bytes: number): string {
  const units = ["", "K", "M", "G", "T"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && value % 1024 === 0 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value}${units[unit] ?? ""}`;
}

/** Milliseconds in the units of the language: `90s`, `2m`, `1500ms`. */
export function duration(milliseconds: number): string {
  if (milliseconds % 1000 !== 0) return `${milliseconds}ms`;
  const seconds = milliseconds / 1000;
  if (seconds === 0 || seconds % 60 !== 0) return `${seconds}s`;
  return seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds / 60}m`;
}
