import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { readSealed } from "./read.ts";
import { sampleFile } from "./sample.ts";

let text = "";
beforeAll(async () => {
  text = (await sampleFile({ token: "hunter2", "a-b": "x", empty: "" })).file.text;
});

/** The problems of a text, each as `LINE:COLUMN CODE`. */
function problemsOf(written: string): string[] {
  return readSealed(written).problems.map(({ code, place }) => `${place?.line}:${place?.column} ${code}`);
}

describe("reading secrets.yaml without a key", { timeout: 30_000 }, () => {
  test("gives names, sealed texts and whom it is sealed for", () => {
    const { sealed, problems } = readSealed(text);
    expect(problems).toEqual([]);
    expect(Object.keys(sealed?.values ?? {})).toEqual(["a-b", "empty", "token"]);
    expect(sealed?.values.token).toMatch(/^ENC\[AES256_GCM,data:/);
    expect(sealed?.values.empty).toBe("");
    expect(sealed?.keys).toEqual([
      { recipient: expect.stringMatching(/^age1/), sealed: expect.stringMatching(/^-----BEGIN/) },
    ]);
  });

  test("takes the ends of lines and the mark that Windows writes", () => {
    expect(readSealed(`\ufeff${text.replaceAll("\n", "\r\n")}`)).toEqual(readSealed(text));
  });

  test.each<[what: string, change: (text: string) => string, problems: string[]]>([
    ["not YAML", (it) => `"${it}`, ["1:1 SECRETS_SYNTAX"]],
    ["a list", () => "- a\n- b\n", ["1:1 SECRETS_SYNTAX"]],
    ["braces", () => "{a: b}", ["1:1 SECRETS_SYNTAX"]],
    ["two documents", (it) => `a: ""\n---\n${it}`, ["2:1 SECRETS_SYNTAX"]],
    ["nothing", () => "", ["1:1 SECRETS_CUT"]],
    ["only a comment", () => "# later\n", ["1:8 SECRETS_CUT"]],
    ["no part sops", (it) => it.slice(0, it.indexOf("sops:")), ["3:10 SECRETS_CUT"]],
    ["a part sops that is text", (it) => it.replace(/sops:[\s\S]*/, "sops: yes\n"), ["4:1 SECRETS_CUT"]],
    ["a cut key", (it) => it.slice(0, it.indexOf("-----END")), ["5:5 SECRETS_CUT"]],
    ["a cut digest", (it) => it.slice(0, it.indexOf("mac: ") + 60), ["4:1 SECRETS_CUT"]],
    ["no time", (it) => it.replace(/ {4}lastmodified.*\n/, ""), ["4:1 SECRETS_CUT"]],
    ["both sides of a merge", (it) => `<<<<<<< ours\n${it}=======\n${it}>>>>>>> theirs\n`, ["1:1 SECRETS_CONFLICT"]],
    ["a merge further down", (it) => it.replace("empty:", "=======\nempty:"), ["3:1 SECRETS_CONFLICT"]],
    ["a nested map", (it) => `mail:\n  key: x\n${it}`, ["2:3 SECRET_FORM"]],
    ["a list as a value", (it) => `mail: [x]\n${it}`, ["1:7 SECRET_FORM"]],
    ["nothing as a value", (it) => `mail:\n${it}`, ["1:6 SECRET_FORM"]],
    ["an alias", (it) => it.replace("token: ", "token: &t ").replace('empty: ""', "empty: *t"), ["3:8 SECRET_FORM"]],
    ["an open value", (it) => it.replace(/token: .*/, "token: hunter2"), ["1:8 SECRET_UNSEALED"]],
    ["an open number", (it) => it.replace(/token: .*/, "token: 12"), ["1:8 SECRET_UNSEALED"]],
    ["another cipher", (it) => it.replace("AES256_GCM", "CHACHA"), ["1:8 SECRET_CIPHER"]],
    ["a cut value", (it) => it.replace(/(token: .{40}).*/, "$1"), ["1:8 SECRET_DAMAGED"]],
    ["an unknown type", (it) => it.replace("type:str", "type:strr"), ["1:8 SECRET_DAMAGED"]],
    ["a name in capitals", (it) => it.replace("token", "TOKEN"), ["1:1 SECRET_NAME"]],
    ["a name twice", (it) => `${it.slice(0, it.indexOf("\n") + 1)}${it}`, ["2:1 SECRET_TWICE"]],
    ["__proto__", (it) => `__proto__: ""\n${it}`, ["1:1 SECRET_NAME"]],
    [
      "groups of keys",
      (it) => it.replace("sops:\n", "sops:\n    key_groups:\n        - age: []\n"),
      ["5:5 SECRETS_KEYS"],
    ],
    ["another kind of key", (it) => it.replace("    age:", "    age: []\n    pgp:"), ["4:1 SECRETS_KEYS"]],
    [
      "a rule of sops",
      (it) => it.replace("unencrypted_suffix: _unencrypted", "encrypted_regex: ^a$"),
      ["17:22 SECRETS_RULE"],
    ],
    ["a suffix that a name can have", (it) => it.replace("_unencrypted", "-open"), ["17:25 SECRETS_RULE"]],
    ["more than 1 MiB", (it) => `${it}#${"x".repeat(1024 * 1024)}\n`, ["1:1 SECRETS_TOO_LARGE"]],
    ["20,000 levels", () => `a: ${"[".repeat(20_000)}`, ["1:19 SECRETS_SYNTAX"]],
  ])("%s is a problem with its place", (_what, change, problems) => {
    expect(problemsOf(change(text))).toEqual(problems);
    expect(readSealed(change(text)).sealed).toBeUndefined();
  });

  test("a line of very many dashes is a problem, though the parser itself recurses for each", () => {
    const { problems } = readSealed(`a:\n  ${"- ".repeat(50_000)}x\n${text}`);
    expect(problems.map(({ code }) => code)).toEqual(["SECRETS_SYNTAX"]);
  });

  test("every problem is said, not only the first", () => {
    expect(problemsOf(`A: ""\nb: open\n${text}`)).toEqual(["1:1 SECRET_NAME", "2:4 SECRET_UNSEALED"]);
  });

  test("no problem shows what stands in the file: it may be an open secret", () => {
    const wrong = ["token: hunter2\n", "token: [hunter2\n", "hunter2: {\n", "- hunter2\n", "token: &hunter2\n"];
    for (const line of wrong) {
      const shown = JSON.stringify(readSealed(line + text).problems.filter(({ code }) => code !== "SECRET_NAME"));
      expect(shown).not.toContain("hunter2");
    }
  });

  test("never throws, whatever is cut out or put in", () => {
    const pieces = fc.oneof(
      fc.constantFrom("{", "[", "|", "&a", "*a", "!!", "- ", "\n", ":", "#", "\t", '"', "? ", "%", "\u0000"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.nat(), fc.nat(200), pieces, (at, length, piece) => {
        const from = at % text.length;
        const changed = text.slice(0, from) + piece + text.slice(from + length);
        const { sealed, problems } = readSealed(changed);
        expect(sealed === undefined).toBe(problems.length > 0);
        for (const { place } of problems) expect(place?.line).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});
