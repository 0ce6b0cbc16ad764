import { z } from "zod";
import type { SiteCode } from "../problem-codes.ts";

/** What a refused value tells: it travels as the `params` of a zod issue and becomes a problem in `issues.ts`. */
export type Refusal = {
  readonly code: SiteCode;
  readonly expected: string;
  readonly hint?: string;
  /** Instead of the value itself. */
  readonly got?: string;
  /** The value is not even of the right form, so that another form of a union may be meant. */
  readonly form?: boolean;
  /** The value must not be shown. */
  readonly secret?: boolean;
};

/** Records why a value is refused; returns undefined so that it can be returned. */
export type Refuse = (more?: Partial<Refusal>) => undefined;

/** One kind of value: what is expected, its JSON Schema, and how it is read. `read` returns undefined to refuse. */
export type Rule<Value, Read> = {
  readonly code: SiteCode;
  /** Completes "expected …". */
  readonly expected: string;
  readonly hint?: string;
  readonly secret?: boolean;
  /** JSON Schema, for editors. What it accepts may be more than what `read` accepts, never less. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly read: (value: Value, refuse: Refuse) => Read | undefined;
};

/** A schema that parses a value of any form into a type, or refuses it in words. */
export function leaf<Read>(rule: Rule<unknown, Read>): z.ZodType<Read, unknown> {
  const { code, expected, hint, secret, json, read } = rule;
  const refusal: Refusal = { code, expected, ...(hint && { hint }), ...(secret && { secret }) };
  return z
    .unknown()
    .transform((value, context): Read => {
      let why: Partial<Refusal> = {};
      const result =
        value === undefined
          ? undefined
          : read(value, (more = {}) => {
              why = more;
              return undefined;
            });
      if (result !== undefined) return result;
      if (value === undefined) why = { code: "KEY_MISSING" };
      context.addIssue({ code: "custom", params: { ...refusal, ...why } });
      return z.NEVER;
    })
    .meta({ ...json });
}

/** A leaf that is written as text. */
export function textLeaf<Read>(rule: Rule<string, Read>): z.ZodType<Read, unknown> {
  return leaf({
    ...rule,
    json: { type: "string", ...rule.json },
    read: (value, refuse) => {
      if (typeof value !== "string") return refuse({ code: "TYPE_WRONG", form: true });
      return rule.read(value, refuse);
    },
  });
}

/** A leaf that is written as a number. */
export function numberLeaf<Read>(rule: Rule<number, Read>): z.ZodType<Read, unknown> {
  return leaf({
    ...rule,
    json: { type: "number", ...rule.json },
    read: (value, refuse) => {
      if (typeof value === "number") return rule.read(value, refuse);
      const quoted = typeof value === "string" && /^\d{1,15}(\.\d+)?$/.test(value);
      return refuse({ form: true, ...(quoted && { hint: `write ${value} without quotes` }) });
    },
  });
}
