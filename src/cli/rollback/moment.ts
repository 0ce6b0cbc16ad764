import { fail } from "../../lib/problem.ts";
import { readDuration } from "../quantity.ts";

/** When and where somebody types; `zone` is of the IANA database. */
export type Asked = { readonly now: number; readonly zone: string };

const day = 86_400_000;

/**
 * Milliseconds since the epoch for `2h` (so long ago), `14:03` (the last time that clocks showed it), `2026-11-21`, `2026-11-21 14:03`
 * (all in the person's zone) and RFC 3339 (`2026-11-21T14:03Z`). Undefined for what has none of these forms. Problem: `USAGE_TIME` for a
 * day or an hour that there is not, or that is yet to come.
 */
export function readMoment(text: string, { now, zone }: Asked): number | undefined {
  const moment = momentOf(text, now, zone);
  if (moment === undefined) return undefined;
  if (Number.isNaN(moment)) return fail("USAGE_TIME", `expected a day and a time that there are, got "${text}"`);
  if (moment > now) return fail("USAGE_TIME", `expected a time that is over, got "${text}"`);
  return moment;
}

function momentOf(text: string, now: number, zone: string): number | undefined {
  if (/^(\d+[smhdw])+$/.test(text)) return now - readDuration(text);
  if (/^\d{4}-\d\d-\d\dT[\d:]{5,8}(?:Z|[+-]\d\d:\d\d)$/.test(text)) return Date.parse(text);
  const [, date, time] = /^(\d{4}-\d\d-\d\d)?(?:^|[ T]|$)(\d?\d:\d\d(?::\d\d)?)?$/.exec(text) ?? [];
  if (date === undefined && time === undefined) return undefined;
  if (date !== undefined) return inZone(date, time ?? "00:00", zone);
  const today = inZone(dayOf(now, zone), time ?? "", zone);
  return today > now ? inZone(dayOf(now - day, zone), time ?? "", zone) : today;
}

function dayOf(at: number, zone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(at);
}

/** The moment at which clocks of a zone show something: the UTC one, corrected until what they show is right. */
function inZone(date: string, time: string, zone: string): number {
  const wanted = Date.parse(`${date}T${/^\d:/.test(time) ? "0" : ""}${time}Z`);
  if (Number.isNaN(wanted) || !new Date(wanted).toISOString().startsWith(date)) return Number.NaN;
  const first = wanted - offsetAt(wanted, zone);
  return wanted - offsetAt(first, zone);
}

/** How far clocks of a zone are ahead of UTC at a moment, in milliseconds. */
function offsetAt(at: number, zone: string): number {
  const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }).format(
    at,
  );
  return Date.parse(`${shown.replace(" ", "T")}Z`) - Math.floor(at / 1000) * 1000;
}
