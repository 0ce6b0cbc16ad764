/** A tag that counts versions: `v1.29.3-alpine3.20` has a prefix, numbers, and a suffix with numbers of its own. */
export type VersionTag = {
  readonly text: string;
  readonly prefix: string;
  /** One to four of them. */
  readonly numbers: readonly number[];
  /** The suffix with every number in it replaced by `#`: what must stay the same from one version to the next. */
  readonly variant: string;
  readonly variantNumbers: readonly number[];
};

const version = /^(?<prefix>v?)(?<numbers>\d{1,8}(?:\.\d{1,8}){0,3})(?<suffix>[-_+].*)?$/;

/** Reads a tag as a version; undefined for one that counts nothing (`latest`, `stable`, `sha-3f2a9c1`). */
export function versionTag(text: string): VersionTag | undefined {
  const found = version.exec(text)?.groups;
  if (found === undefined) return undefined;
  const suffix = found.suffix ?? "";
  return {
    text,
    prefix: found.prefix ?? "",
    numbers: (found.numbers ?? "").split(".").map(Number),
    variant: suffix.replaceAll(/\d+/g, "#"),
    variantNumbers: [...suffix.matchAll(/\d{1,9}/g)].map(([digits]) => Number(digits)),
  };
}

/** Below zero when `a` is older. For tags of one form ({@link sameForm}). */
export function compareTags(a: VersionTag, b: VersionTag): number {
  return compareNumbers(a.numbers, b.numbers) || compareNumbers(a.variantNumbers, b.variantNumbers);
}

/** Whether two tags count in the same way: as many numbers, the same prefix, the same variant. */
export function sameForm(a: VersionTag, b: VersionTag): boolean {
  return a.prefix === b.prefix && a.variant === b.variant && a.numbers.length === b.numbers.length;
}

/**
 * Whether a version counts by the calendar (calver.org): it begins with a year of four digits, or with a year and a month of two digits
 * that is written like no other number (`24.04`; `17.10` may be anything). Its first number then says nothing about what breaks.
 */
export function isCalendar({ text, prefix, numbers }: VersionTag): boolean {
  const [first = 0] = numbers;
  const year = first >= 2000 && first < 2100;
  return year || /^(?:20\d{6}$|[1-9]\d\.0[1-9](?:\D|$))/.test(text.slice(prefix.length));
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
