import type { YAMLError } from "yaml";
import { visible } from "../lib/text.ts";
import type { SiteCode } from "./problem-codes.ts";

type Sentence = { readonly code: SiteCode; readonly message: string; readonly hint?: string };

/** What an error of the YAML library means for the person who wrote the file. */
export function syntaxSentence({ code, message }: Pick<YAMLError, "code" | "message">): Sentence {
  const sentence = byMessage.find(({ says }) => says.test(message))?.sentence ?? byCode.get(code);
  if (sentence !== undefined) return { code: "YAML_SYNTAX", ...sentence };
  return { code: "YAML_SYNTAX", message: `expected YAML, got something else: ${visible(message)}` };
}

/** One code of the library covers several things; its message tells them apart. */
const byMessage: readonly { readonly says: RegExp; readonly sentence: Partial<Sentence> & { message: string } }[] = [
  {
    says: /need to be followed by map values/,
    sentence: { message: "expected a colon and a value after the key, got none", hint: "write key: value" },
  },
  { says: /Missing closing .quote/, sentence: { message: "expected the quote that ends this text, got none" } },
  {
    says: /must be sufficiently indented and end with a/,
    sentence: { message: "expected a closing bracket, got none" },
  },
  {
    says: /^Missing , /,
    sentence: {
      message: "expected a comma between two entries, got none",
      hint: "entries in brackets have commas between",
    },
  },
  {
    says: /without - indicator/,
    sentence: { message: "expected a dash at the start of each entry of a list, got none", hint: "write - entry" },
  },
];

const byCode = new Map<string, Partial<Sentence> & { message: string }>([
  [
    "TAB_AS_INDENT",
    { message: "expected spaces before the first word of a line, got a tab", hint: "indent with two spaces" },
  ],
  [
    "BAD_INDENT",
    {
      message: "expected a line that starts where its neighbours start, got another indent",
      hint: "lines of one map or list begin in the same column",
    },
  ],
  [
    "BLOCK_AS_IMPLICIT_KEY",
    {
      message: "expected one key and its value on a line, got a second colon",
      hint: "put text with a colon and a space in it into quotes",
    },
  ],
  [
    "MULTILINE_IMPLICIT_KEY",
    { message: "expected a key and a colon on one line, got a line without a colon", hint: "write key: value" },
  ],
  [
    "BAD_SCALAR_START",
    { message: "expected text, got a character that means something in YAML", hint: "put the text into quotes" },
  ],
  [
    "BAD_DQ_ESCAPE",
    {
      message: "expected an escape that YAML knows after the backslash",
      hint: "use single quotes, in which a backslash is just a backslash",
    },
  ],
  ["KEY_OVER_1024_CHARS", { message: "expected a key of at most 1,024 characters, got a longer one" }],
  [
    "NON_STRING_KEY",
    { code: "YAML_KEY", message: "expected plain text as a key, got something else", hint: "write key: value" },
  ],
  [
    "RESOURCE_EXHAUSTION",
    { code: "YAML_TOO_DEEP", message: "expected at most 64 levels, got more", hint: "write it with fewer levels" },
  ],
]);
