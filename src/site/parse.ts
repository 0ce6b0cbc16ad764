import { Composer, type Document, type Node, Parser } from "yaml";
import { type Problem, problem } from "../lib/problem.ts";
import { shallow } from "../lib/token-depth.ts";
import { placeOf } from "./place.ts";
import { type Flaw, plain, type Verbatim } from "./plain.ts";
import type { Source } from "./source.ts";
import { syntaxSentence } from "./yaml-sentence.ts";

/** A file's data, or the problems for which it has none. */
export type Parsed = { readonly source: Source; readonly value?: unknown; readonly problems: readonly Problem[] };

const composing = {
  version: "1.2",
  schema: "core",
  merge: false,
  stringKeys: true,
  uniqueKeys: false, // plain() looks itself: the library's way is quadratic
} as const;

/** A broken line makes the lines after it look broken too. */
const syntaxErrorsShown = 3;

/** How deep values may be nested. */
const levels = 64;

/** Reads YAML 1.2 of one document without ever throwing. A file without content has the value null. */
export function parse(file: string, text: string, verbatim?: Verbatim): Parsed {
  const source = (root: Node | null): Source => ({ file, text, root });
  const broken = (flaws: readonly Flaw[]): Parsed => brokenBy(file, text, flaws);
  const documents = compose(text);
  if (!Array.isArray(documents)) return broken([documents]);
  const [document, second] = documents;
  if (document === undefined) return { source: source(null), value: null, problems: [] };
  const syntax = syntaxFlaws(text, document);
  if (syntax.length > 0) return broken(syntax);
  if (second !== undefined) {
    const start = second.range?.[0] ?? 0;
    const hint = "keep one document a file: remove the line ---";
    return broken([
      { code: "YAML_DOCUMENTS", range: { start, end: start + 3 }, message: "expected one document, got more", hint },
    ]);
  }
  const { value, flaws: others } = plain(document.contents, verbatim);
  const flaws = others.length > 0 ? others : tagFlaws(document);
  return flaws.length > 0 ? broken(flaws) : { source: source(document.contents), value, problems: [] };
}

/** Reads YAML 1.2 of any number of documents without ever throwing: those that have a value, each with the line on which it begins. */
export function parseEach(file: string, text: string): readonly (Parsed & { readonly line: number })[] {
  const documents = compose(text);
  if (!Array.isArray(documents)) return [{ ...brokenBy(file, text, [documents]), line: 1 }];
  return documents.flatMap((document) => {
    const start = document.contents?.range?.[0] ?? document.range[0];
    const { line } = placeOf({ file, text }, { start, end: start + 1 });
    const syntax = syntaxFlaws(text, document);
    if (syntax.length > 0) return [{ ...brokenBy(file, text, syntax), line }];
    const { value, flaws: others } = plain(document.contents);
    const flaws = others.length > 0 ? others : tagFlaws(document);
    if (flaws.length > 0) return [{ ...brokenBy(file, text, flaws), line }];
    return value === null ? [] : [{ source: { file, text, root: document.contents }, value, problems: [], line }];
  });
}

/** The documents of a text, or why it has none that could be looked at. */
function compose(text: string): Document.Parsed[] | Flaw {
  const parsed = shallow(new Parser().parse(text), levels);
  if (!("deepAt" in parsed)) return [...new Composer(composing).compose(parsed.tokens)];
  return {
    code: "YAML_TOO_DEEP",
    range: { start: parsed.deepAt, end: parsed.deepAt + 1 },
    message: `expected at most ${levels} levels, got more`,
  };
}

function brokenBy(file: string, text: string, flaws: readonly Flaw[]): Parsed {
  const problems = flaws.map(({ code, range, message, hint }) =>
    problem(code, message, { place: placeOf({ file, text }, range), ...(hint === undefined ? {} : { hint }) }),
  );
  return { source: { file, text, root: null }, problems };
}

/** Values that do not fit their tag: `!!int ten`. */
function tagFlaws(document: Document.Parsed): Flaw[] {
  return [...document.errors, ...document.warnings]
    .filter(({ code }) => code === "TAG_RESOLVE_FAILED")
    .map(({ pos: [start, end] }) => ({
      code: "YAML_TAG",
      range: { start, end },
      message: "expected a value that fits its tag",
      hint: "remove the tag: the language needs none",
    }));
}

/** The first errors, one a line. Tags are left to others, which say it better. */
function syntaxFlaws(text: string, document: Document.Parsed): Flaw[] {
  const lines = new Set<number>();
  const flaws: Flaw[] = [];
  for (const error of document.errors) {
    const [start, end] = error.pos;
    const lineStart = text.lastIndexOf("\n", start - 1);
    if (error.code === "TAG_RESOLVE_FAILED" || lines.has(lineStart)) continue;
    lines.add(lineStart);
    flaws.push({ ...syntaxSentence(error), range: { start, end } });
    if (flaws.length === syntaxErrorsShown) break;
  }
  return flaws;
}
