import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newDataKey } from "./data-key.ts";
import { openFileWith } from "./open.ts";
import { openText } from "./open-text.ts";
import { reseal } from "./reseal.ts";
import { noon, sampleFile, sampleIdentity } from "./sample.ts";
import { newFile, wholeFile, withValues } from "./seal.ts";

/** What becomes of a file whose open text a person changed. */
async function edit(values: Readonly<Record<string, string>>, change: (text: string) => string) {
  const { file, open } = await sampleFile(values);
  const result = reseal(file, open, change(openText(file, open)), noon + 1000);
  return { file, open, result };
}

function codes(result: ReturnType<typeof reseal>): string[] {
  return "problems" in result
    ? result.problems.map(({ code, place }) => `${place?.line}:${place?.column} ${code}`)
    : [];
}

describe("editing secrets", () => {
  test("a person sees names and values as one writes them, and no keys", async () => {
    const { file, open } = await sampleFile({ one: "1", key: "a\nb\n", odd: "# x", none: "" });
    expect(openText(file, open)).toBe('one: "1"\nkey: |\n  a\n  b\nodd: "# x"\nnone: ""\n');
  });

  test("any texts are shown in a way that brings them back", { timeout: 30_000 }, async () => {
    const key = newDataKey();
    const empty = wholeFile(await newFile(key, [(await sampleIdentity()).recipient], noon));
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ unit: "binary" }),
            fc.string({ unit: fc.constantFrom("\n", " ", "#", "a", "\t", "\r", '"', "-", ":") }),
          ),
          { minLength: 1, maxLength: 5 },
        ),
        (texts) => {
          const values = new Map(texts.map((text, index) => [`n${index}`, text]));
          const file = wholeFile(withValues(empty, { key, values: new Map() }, values, noon));
          const open = openFileWith(file, key);
          const result = reseal(file, open, openText(file, open), noon);
          expect("values" in result && result.values).toEqual(values);
          expect("text" in result && wholeFile(result.text).entries.map(({ text }) => text)).toEqual(
            file.entries.map(({ text }) => text),
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  test("only what changed is sealed anew; order and comments follow the person", async () => {
    const { file, open, result } = await edit(
      { one: "1", two: "2", three: "3" },
      () => '# mine\nthree: "3"\ntwo: II # why\nfour: |\n  x\n  y\none: "1"',
    );
    const text = "text" in result ? result.text : "";
    const after = wholeFile(text);
    expect(after.entries.map(({ name }) => name)).toEqual(["three", "two", "four", "one"]);
    for (const name of ["one", "three"]) {
      const of = (it: typeof file) => it.entries.find((entry) => entry.name === name)?.text;
      expect(of(after)).toBe(of(file));
    }
    expect([...openFileWith(after, open.key).values]).toEqual([
      ["three", "3"],
      ["two", "II"],
      ["four", "x\ny\n"],
      ["one", "1"],
    ]);
    expect(text).not.toMatch(/mine|why/);
    const again = openText(after, openFileWith(after, open.key));
    expect(again).toBe('# mine\nthree: "3"\ntwo: II # why\nfour: |\n  x\n  y\none: "1"\n');
  });

  test("several lines stay one where something else stands on the line, or blanks would be lost", async () => {
    const { file, open } = await sampleFile({ key: "a\nb\n", blank: " \n", next: "" });
    const hand = wholeFile(file.text.replace(/^(key: .*)$/m, "$1 # here"));
    expect(openText(hand, open)).toBe('key: "a\\nb\\n" # here\nblank: " \\n"\nnext: ""\n');
  });

  test("a comment that did not change keeps its sealed text", async () => {
    const { open, result } = await edit({ one: "1" }, (text) => `# mine\n${text}`);
    const first = wholeFile("text" in result ? result.text : "");
    const again = reseal(
      first,
      openFileWith(first, open.key),
      openText(first, openFileWith(first, open.key)).replace('"1"', "2"),
      noon,
    );
    expect("text" in again && again.text.split("\n")[0]).toBe(first.text.split("\n")[0]);
  });

  test("numbers and words of YAML are taken as they are written", async () => {
    const { result } = await edit({}, () => "a: 007\nb: true\nc: 1.50\nd: 0x1F\n");
    expect("values" in result && Object.fromEntries(result.values)).toEqual({
      a: "007",
      b: "true",
      c: "1.50",
      d: "0x1F",
    });
  });

  test.each<[what: string, text: string, problems: string[]]>([
    ["an emptied file", "", ["1:1 SECRETS_CUT"]],
    ["no YAML", "a: 'x\n", ["1:6 SECRETS_SYNTAX"]],
    ["a map", "a:\n  b: c\n", ["2:3 SECRET_FORM"]],
    ["nothing", "a:\n", ["1:3 SECRET_FORM"]],
    ["a name twice", "a: b\na: c\n", ["2:1 SECRET_TWICE"]],
    ["a name in capitals", "A: b\n", ["1:1 SECRET_NAME"]],
    ["the name of the keys", "sops: b\n", ["1:1 SECRET_NAME"]],
  ])("%s is a problem, and nothing is sealed", async (_what, text, problems) => {
    const { result } = await edit({ one: "1" }, () => text);
    expect(codes(result)).toEqual(problems);
  });
});
