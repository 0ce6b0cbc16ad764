import { Document, Scalar, visit } from "yaml";

/** What readers of YAML 1.1, as Kubernetes' is, take for the end of a line, or refuse. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const odd = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]|[\ud800-\udfff]/;
/** A tab is well inside the lines of a block alone: not in a text of one line, nor in a line of blanks. */
const tabbed = /^[^\n]*\t[^\n]*$/;
const blankLine = /^ *\t\s*$/m;
/** Where a block tells its indentation. */
const start = /^\s*[ \t]/;

const escapes: Readonly<Record<string, string>> = {
  "\u0085": "\\N",
  "\u2028": "\\L",
  "\u2029": "\\P",
  "\ufeff": "\\uFEFF",
};

/** An object as a person reads it in YAML, such that readers of YAML 1.1 and of 1.2 read the same. */
export function yamlOf(object: object): string {
  const document = new Document(object, { aliasDuplicateObjects: false, compat: "yaml-1.1" });
  visit(document, {
    Scalar: (_key, node) => {
      const { value } = node;
      if (typeof value === "string" && [odd, tabbed, blankLine, start].some((it) => it.test(value)))
        node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  const text = document.toString({ lineWidth: 0 });
  return text.replaceAll(/[\u0085\u2028\u2029\ufeff]/g, (character) => escapes[character] ?? "");
}
