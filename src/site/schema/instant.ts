import { textLeaf } from "./leaf.ts";

const date = /^\d{4}-\d\d-\d\d$/;
const time = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/;
const zone = /(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;
const day = 86_400_000;

/** A moment in milliseconds since the epoch, as RFC 3339 has it. A date alone is its end, in UTC. */
export const instant = textLeaf<number>({
  code: "DATE_INVALID",
  expected: "a date such as 2026-12-01, or a time such as 2026-12-01T18:00Z",
  json: { pattern: "^\\d{4}-\\d\\d-\\d\\d" },
  read: (text, refuse) => {
    const midnight = readDate(text.slice(0, 10));
    if (midnight === undefined) return undefined;
    if (text.length === 10) return midnight + day;
    const offset = zone.exec(text)?.[0];
    if (text[10] !== "T" || !time.test(text.slice(11, text.length - (offset ?? "").length))) return undefined;
    return offset === undefined ? refuse({ hint: `write ${text}Z for UTC, or ${text}+01:00` }) : Date.parse(text);
  },
});

/** The beginning of a day in UTC; undefined for a day that no calendar has. */
function readDate(text: string): number | undefined {
  const midnight = date.test(text) ? Date.parse(`${text}T00:00Z`) : Number.NaN;
  if (Number.isNaN(midnight)) return undefined;
  return new Date(midnight).toISOString().startsWith(text) ? midnight : undefined;
}
