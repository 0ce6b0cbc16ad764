import { isScalar, type Node } from "yaml";
import { fail } from "../../lib/problem.ts";
import { parse } from "../parse.ts";
import { rangeOf } from "../place.ts";

/** Where an image is written: the file, relative to the site, and the part's name. */
export type ImagePlace = { readonly file: string; readonly part: string };

/**
 * The image of a part as its file writes it: under the part's name, or at the top where the service is the part itself; undefined when
 * it is not there in one word (an alias, a block of text).
 */
export function writtenImage(text: string, place: ImagePlace): string | undefined {
  return word(text, place)?.image;
}

/** The text of a service's file with another image for one of its parts; every other byte as it was. Problem: `IMAGE_EDIT`. */
export function editImage(text: string, place: ImagePlace, to: string): string {
  const found = word(text, place);
  if (found === undefined)
    return fail("IMAGE_EDIT", `expected ${place.file} to name the image in one word, got another form`, {
      hint: `write ${to} there yourself`,
    });
  return text.slice(0, found.start) + found.quote + to + found.quote + text.slice(found.end);
}

type Word = { readonly image: string; readonly quote: string; readonly start: number; readonly end: number };

function word(text: string, { file, part }: ImagePlace): Word | undefined {
  const { source } = parse(file, text);
  for (const path of [["parts", part, "image"], ["image"]]) {
    const { start, end } = rangeOf(source, path, "value");
    const [written, quote = "", image = ""] = /^(["']?)([^\s"']+)\1$/.exec(text.slice(start, end)) ?? [];
    if (written !== undefined && !/^[&*!]/.test(written) && isScalar<Node>(parse(file, written).source.root))
      return { image, quote, start, end };
  }
  return undefined;
}
