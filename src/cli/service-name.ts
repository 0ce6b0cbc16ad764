import { fail } from "../lib/problem.ts";
import { label, labelExpected, labelHint, reservedNames } from "../site/schema/name.ts";

/** A name that a service can have. Problems: `NAME_INVALID`, `NAME_RESERVED`. */
export function serviceName(name: string): string {
  if (!label.test(name)) {
    const hint = labelHint(name);
    return fail("NAME_INVALID", `expected ${labelExpected}, got "${name}"`, hint === undefined ? {} : { hint });
  }
  const reserved = reservedNames.get(name);
  if (reserved === undefined) return name;
  return fail("NAME_RESERVED", `expected another name, got "${name}": ${reserved}`);
}
