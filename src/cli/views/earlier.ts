import { type Line, type Text, tone } from "../span.ts";

/** What is said of other sites that were brought up from a directory, before its site got another name, and run on. */
export function earlierText(names: readonly string[]): Text {
  return names.map((name): Line => {
    return [tone("warn", "●"), ` ${name} still runs, which was brought up from this directory before.`];
  });
}

/** How one of them is taken down. */
export function earlierRemedy(name: string): string {
  return `freehold down --site-name ${name}`;
}
