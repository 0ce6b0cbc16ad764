import type { Entry } from "../catalogue.ts";
import { type Text, tone } from "../span.ts";
import { table } from "../table.ts";
import { wrap } from "../width.ts";
import { count } from "../words.ts";

/** The catalogue. */
export function catalogueText(entries: readonly Entry[]): Text {
  const [first] = entries;
  return [
    "Services ready to use:",
    ...table(
      entries.map(({ name, title }) => [tone("strong", name), title]),
      "  ",
    ),
    ...(first === undefined ? [] : [`next: freehold add ${first.name}`]),
  ];
}

/** What `add` wrote, and what to do next. */
export function addedText({ title, text }: Entry, [file = "", ...others]: readonly string[], next: string): Text {
  const lines = text.trimEnd().split("\n").length;
  return [
    `${file}  (${count(lines, "line")})  ${title}`,
    ...others.slice(0, 5).map((other) => `${other}  to start with`),
    ...(others.length > 5 ? [`and ${count(others.length - 5, "more file")}`] : []),
    ...wrap(next, 80),
  ];
}
