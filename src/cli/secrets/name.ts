import { label, labelExpected, labelHint } from "../../lib/label.ts";
import { fail } from "../../lib/problem.ts";
import { nearest } from "../../lib/text.ts";

/** A name that a new secret may have. Problem: `SECRET_NAME`. */
export function newName(name: string): string {
  if (name === "sops") return fail("SECRET_NAME", "expected another name, got sops, under which the keys are kept");
  if (label.test(name)) return name;
  const hint = labelHint(name);
  return fail("SECRET_NAME", `expected ${labelExpected}, got "${name}"`, hint === undefined ? {} : { hint });
}

/** The value of a secret that must be there. Problem: `SECRET_UNKNOWN` with what was meant. */
export function heldValue(values: ReadonlyMap<string, string>, name: string): string {
  const near = nearest(name, values.keys());
  return (
    values.get(name) ??
    fail("SECRET_UNKNOWN", `expected a secret of secrets.yaml, got "${name}"`, {
      hint: near === undefined ? "freehold secrets show lists them" : `did you mean ${near}?`,
    })
  );
}
