import type { z } from "zod";
import { either, nearest } from "../../lib/text.ts";
import { textLeaf } from "./leaf.ts";

/** One of a few words. A word that comes close is suggested. */
export function oneOf<const Word extends string>(...words: readonly Word[]): z.ZodType<Word, unknown> {
  return textLeaf<Word>({
    code: "WORD_UNKNOWN",
    expected: either(words),
    json: { enum: words },
    read: (text, refuse) => {
      const word = words.find((one) => one === text);
      if (word !== undefined) return word;
      const near = nearest(text, words);
      return refuse(near === undefined ? {} : { hint: `did you mean ${near}?` });
    },
  });
}
