import { leaf, textLeaf } from "./leaf.ts";
import { unfit } from "./text.ts";

/** A name of the environment (POSIX.1-2024, 8.1, with lower case as programs use it). */
export const envName = textLeaf<string>({
  code: "ENV_NAME_INVALID",
  expected: "a name of letters, digits and _ that does not start with a digit",
  json: { pattern: "^[A-Za-z_][A-Za-z0-9_]*$" },
  read: (text, refuse) => {
    if (/^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(text)) return text;
    const mended = text.replace(/[^A-Za-z0-9_]/g, "_");
    return refuse(mended !== text && /^[A-Za-z_]/.test(mended) ? { hint: `programs read ${mended}` } : {});
  },
});

/** A value of the environment. Numbers and booleans arrive as they are written. */
export const envValue = leaf<string>({
  code: "ENV_VALUE_INVALID",
  expected: "text, a number, true or false",
  json: { type: ["string", "number", "boolean"] },
  read: (value, refuse) => {
    if (value === null) return refuse({ hint: 'write "" for empty text, or remove the line' });
    if (typeof value !== "string") return undefined;
    const got = unfit(value);
    return got === undefined ? value : refuse({ got });
  },
});
