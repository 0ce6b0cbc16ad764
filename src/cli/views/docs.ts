import { type Line, type Text, tone } from "../span.ts";
import { table } from "../table.ts";
import type { Topic } from "../topics.ts";

/** The pages that there are. */
export function topicsText(topics: readonly Topic[]): Text {
  return [
    "Read a page: freehold docs TOPIC",
    ...table(
      [
        ...topics.map(({ name, title }) => [tone("strong", name), title]),
        [tone("strong", "schema"), "the JSON Schema of a service; also schema site, schema people"],
      ],
      "  ",
    ),
  ];
}

/** A page as it is written; headings stand out. */
export function pageText(markdown: string): Text {
  return markdown
    .trimEnd()
    .split("\n")
    .map((line): Line => (/^#+ /.test(line) ? tone("strong", line.replace(/^#+ /, "")) : line));
}
