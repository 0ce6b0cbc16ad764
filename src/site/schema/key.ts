import type { z } from "zod";

/** What a key means, for editors and the reference. */
export type KeyText = {
  /** A sentence or two. */
  readonly description: string;
  /** What it is when it is not written: a value, or words in a sentence when it is derived. */
  readonly unless: string | number | readonly string[];
  /** As it could be written. */
  readonly example: unknown;
};

/** A key that may be left out. */
export function optionalKey<Schema extends z.ZodType>(schema: Schema, text: KeyText): z.ZodOptional<Schema> {
  return schema.optional().meta({ ...text });
}

/** A key that must be there. */
export function requiredKey<Schema extends z.ZodType>(schema: Schema, text: Omit<KeyText, "unless">): Schema {
  return schema.meta({ ...text });
}
