import { nearest } from "../../lib/text.ts";
import type { Draft } from "../assemble/draft.ts";
import { type Mistake, unexpected } from "../mistake.ts";

/**
 * Secrets that a service asks for and secrets.yaml does not have; `known` absent: it cannot be read, which is said there. A
 * retired service needs none.
 */
export function secretMistakes({ secrets, service }: Draft, known: ReadonlySet<string> | undefined): Mistake[] {
  if (known === undefined || service.stage === "retired") return [];
  return secrets
    .filter(({ value }) => !known.has(value))
    .map(({ value, path }) => {
      const near = nearest(value, [...known]);
      const hint =
        near === undefined
          ? `freehold secrets set ${value}`
          : `did you mean ${near}? otherwise: freehold secrets set ${value}`;
      return unexpected("SECRET_UNKNOWN", path, "a secret of secrets.yaml", { got: `"${value}"`, hint });
    });
}
