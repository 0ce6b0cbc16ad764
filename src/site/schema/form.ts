import { z } from "zod";
import type { SectionName } from "./section-name.ts";

/** What is expected when a list, a map or a union gets something else; `hint` says how it is written. */
export type Form = { readonly expected: string; readonly hint?: string };

/**
 * zod has one text for an issue of a container. Ours carries what `issues.ts` needs: the expected form and its hint, or for
 * unknown keys the section's name and the keys that it knows, a line each.
 */
function words({ expected, hint }: Form): string {
  return hint === undefined ? expected : `${expected}\n${hint}`;
}

/** A map with the keys of the language. Unknown ones are problems. */
export function section<Shape extends z.ZodRawShape>(
  name: SectionName,
  form: Form,
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const known = [name, ...Object.keys(shape)].join("\n");
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? known : words(form)),
  });
}

/** A map with names that the person chooses. */
export function namedMap<Value extends z.ZodType>(
  name: z.ZodType<string, unknown>,
  value: Value,
  form: Form,
): z.ZodRecord<z.ZodType<string, unknown>, Value> {
  return z.record(name, value, { error: words(form) });
}

/** A list. */
export function list<Item extends z.ZodType>(item: Item, form: Form): z.ZodArray<Item> {
  return z.array(item, { error: words(form) });
}

/** One of several forms, told apart by what they look like. */
export function anyForm<const Forms extends readonly z.ZodType[]>(forms: Forms, form: Form): z.ZodUnion<Forms> {
  return z.union(forms, { error: words(form) });
}
