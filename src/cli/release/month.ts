/** A month's tag by the calendar, `v26.11` (calver.org: YY.0M), and its name for people. */
export type Month = { readonly tag: string; readonly title: string };

/** The month of an instant, in a person's time zone. */
export function monthOf(milliseconds: number, zone: string): Month {
  const at = new Date(milliseconds);
  const part = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(at);
  return {
    tag: `v${part({ year: "2-digit" })}.${part({ month: "2-digit" })}`,
    title: `${part({ month: "long" })} ${part({ year: "numeric" })}`,
  };
}

/** The tag to make: the month's, or where that is taken the next `v26.11.N`. */
export function nextTag(month: string, taken: readonly string[]): string {
  if (!taken.includes(month)) return month;
  const numbers = taken.flatMap((tag) => (tag.startsWith(`${month}.`) ? Number(tag.slice(month.length + 1)) || 0 : []));
  return `${month}.${Math.max(0, ...numbers) + 1}`;
}
