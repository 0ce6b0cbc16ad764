import { isScalar, type Node } from "yaml";
import { fail } from "../../lib/problem.ts";
import { parse } from "../parse.ts";
import { rangeOf } from "../place.ts";

/**
 * The text of a service's file with another image for one of its parts (undefined: the service itself is the part); every other byte as it
 * was. Problem: `IMAGE_EDIT` when the file does not name `from` there in plain words (an alias, a block of text).
 */
export function editImage(
  text: string,
  {
    file,
    part,
    from,
    to,
  }: { readonly file: string; readonly part: string | undefined; readonly from: string; readonly to: string },
): string {
  const path = part === undefined ? ["image"] : ["parts", part, "image"];
  const { source } = parse(file, text);
  const { start, end } = rangeOf(source, path, "value");
  const written = text.slice(start, end);
  const quote = /^(["']?)(.*)\1$/s.exec(written);
  if (quote?.[2] !== from || !isScalar<Node>(parse(file, written).source.root)) {
    return fail("IMAGE_EDIT", `expected ${file} to name ${from} in one word, got another form`, {
      hint: `write ${to} there yourself`,
    });
  }
  return `${text.slice(0, start)}${quote[1] ?? ""}${to}${quote[1] ?? ""}${text.slice(end)}`;
}
