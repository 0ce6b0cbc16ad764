import { type Node, Parser, parseDocument } from "yaml";
import { shallow } from "../lib/token-depth.ts";
import { endOf, isBlock } from "./nodes.ts";
import type { Report } from "./report.ts";

/** The largest file that is read, in bytes. */
export const largest = 1024 * 1024;

/** How deep values may be nested: nothing that sops writes comes near. */
const levels = 16;

/** How the library reads YAML: keys are texts, as in sops, and it says nothing of what stands in the file. */
export const reading = {
  version: "1.2",
  schema: "core",
  merge: false,
  stringKeys: true,
  uniqueKeys: false, // said by name
  prettyErrors: false,
} as const;

/** A text without a byte order mark, with `\n` at the ends of lines. */
export function asRead(text: string): string {
  return text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
}

/**
 * The map that a text is, written without braces. Anything else is reported; `line` is what each line should look like, and `mend`
 * what a person may do.
 */
export function readRoot(text: string, line: string, mend: string, report: Report): Node | undefined {
  const start = { start: 0, end: 1 };
  if (Buffer.byteLength(text) > largest) {
    report("SECRETS_TOO_LARGE", start, "expected at most 1 MiB, got more", {
      hint: "keep what is no secret in files of its own",
    });
    return undefined;
  }
  const marker = /^(?:<{7}|\|{7}|={7}|>{7})(?: .*)?$/m.exec(text);
  if (marker !== null) {
    const range = { start: marker.index, end: marker.index + 7 };
    report("SECRETS_CONFLICT", range, "expected one version of secrets.yaml, got both sides of a merge", {
      hint: "let freehold merge the two: freehold secrets merge",
    });
    return undefined;
  }
  const parsed = shallow(new Parser().parse(text), levels);
  if ("deepAt" in parsed) {
    const range = { start: parsed.deepAt, end: parsed.deepAt + 1 };
    report("SECRETS_SYNTAX", range, `expected ${line} for each secret, got many levels`, { hint: mend });
    return undefined;
  }
  const { contents, errors, warnings } = parseDocument(text, reading);
  const [error] = [...errors, ...warnings];
  if (error !== undefined) {
    const [from, to] = error.pos;
    report("SECRETS_SYNTAX", { start: from, end: to }, `expected YAML, ${line} for each secret, got something else`, {
      hint: mend,
    });
    return undefined;
  }
  if (isBlock(contents)) return contents;
  if (contents === null) report("SECRETS_CUT", endOf(text), "expected secrets, got nothing", { hint: mend });
  else report("SECRETS_SYNTAX", start, `expected ${line} for each secret, got something else`, { hint: mend });
  return undefined;
}
