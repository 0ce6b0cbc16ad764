import { visible } from "../../lib/text.ts";
import { leaf, textLeaf } from "./leaf.ts";

/** A title: one line, with control characters made visible. */
export const title = textLeaf<string>({
  code: "TEXT_INVALID",
  expected: "text of 1 to 100 characters",
  json: { minLength: 1, maxLength: 100 },
  read: (text) => {
    const trimmed = visible(text.trim());
    return trimmed.length >= 1 && trimmed.length <= 100 ? trimmed : undefined;
  },
});

/** The longest word that Linux takes as an argument or in the environment, in bytes, with its end (MAX_ARG_STRLEN). */
const longestWord = 131_072;

/** Why a program could not be given this text; undefined when it could. */
export function unfit(text: string): string | undefined {
  if (text.includes("\0")) return "text with a NUL character";
  if (!text.isWellFormed()) return "text with half a character";
  return Buffer.byteLength(text) >= longestWord ? "more than 131,071 bytes" : undefined;
}

/** A word of a command. Numbers and booleans arrive as they are written. */
export const word = leaf<string>({
  code: "TEXT_INVALID",
  expected: "a word",
  json: { type: ["string", "number", "boolean"] },
  read: (value, refuse) => {
    if (typeof value !== "string") return refuse({ code: "TYPE_WRONG", form: true });
    const got = unfit(value);
    return got === undefined ? value : refuse({ got });
  },
});
