import { CST, Lexer } from "yaml";
import type { Edit } from "./edits.ts";
import type { Range } from "./nodes.ts";
import { openSealed, parseSealed, sealText } from "./sealed-text.ts";

/** A comment of a YAML text: the words behind its `#`. */
export type Comment = { readonly words: string; readonly range: Range };

/** sops seals comments of the top level for this place, and leaves them out of the digest. */
const place = ":";

/** The comments of a text, in order. */
export function commentsIn(text: string): Comment[] {
  const found: Comment[] = [];
  let at = 0;
  let isScalar = false; // a mark before each scalar, which is not in the text
  for (const lexeme of new Lexer().lex(text)) {
    const type = CST.tokenType(lexeme);
    const isMark = type === "doc-mode" || type === "flow-error-end" || type === "scalar";
    if (!isMark && !isScalar && type === "comment")
      found.push({ words: lexeme.slice(1), range: { start: at + 1, end: at + lexeme.length } });
    isScalar = type === "scalar";
    if (!isMark) at += lexeme.length;
  }
  return found;
}

/** The words of a sealed comment; undefined for one that stands open, or was sealed with another key. */
export function openComment(words: string, key: Uint8Array): string | undefined {
  const sealed = parseSealed(words);
  return sealed?.type === "comment" ? openSealed(sealed, key, place)?.toString("utf8") : undefined;
}

/** The sealed comments of a text, sealed with another key. */
export function commentsWith(next: Uint8Array, text: string, key: Uint8Array): Edit[] {
  return commentsIn(text).flatMap(({ words, range }) => {
    const sealed = openComment(words, key);
    return sealed === undefined ? [] : [{ range, text: sealText(sealed, next, place, "comment") }];
  });
}

/** Seals every comment of a text; one whose words stand in `held` gets the sealed text that it had. */
export function sealComments(text: string, key: Uint8Array, held: ReadonlyMap<string, string>): Edit[] {
  return commentsIn(text).map(({ words, range }) => ({
    range,
    text: held.get(words) ?? sealText(words, key, place, "comment"),
  }));
}
