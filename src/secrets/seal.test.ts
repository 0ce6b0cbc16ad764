import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newDataKey } from "./data-key.ts";
import { openFile, openFileWith } from "./open.ts";
import { readSealed } from "./read.ts";
import { noon, only, sampleFile, sampleIdentity } from "./sample.ts";
import { newFile, wholeFile, withNewKey, withRecipient, withValues } from "./seal.ts";

const later = noon + 60_000;
const line = (text: string, name: string): string | undefined =>
  text.split("\n").find((it) => it.startsWith(`${name}:`));

describe("changing secrets.yaml", () => {
  test("any texts survive being sealed and opened, whatever their names", { timeout: 30_000 }, async () => {
    const key = newDataKey();
    const empty = wholeFile(await newFile(key, [(await sampleIdentity()).recipient], noon));
    const names = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,10}[a-z0-9])?$/).filter((name) => name !== "sops");
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.lorem({ mode: "sentences" }).map((it) => it.replaceAll(" ", "\n")),
    );
    fc.assert(
      fc.property(fc.dictionary(names, texts), (values) => {
        const wanted = new Map(Object.entries(values));
        const text = withValues(empty, { key, values: new Map() }, wanted, noon);
        expect(new Map([...openFileWith(wholeFile(text), key).values])).toEqual(wanted);
      }),
      { numRuns: 30 },
    );
  });

  test("names that YAML would take for something else stay names, for sops too", async () => {
    const { file } = await sampleFile({ true: "a", "1e5": "b", null: "c", "2026-11-21": "d", y: "e", "0x1f": "f" });
    expect(file.text.match(/^"[^"]+": /gm)).toHaveLength(6);
  });

  test("what does not change keeps its sealed text, its place and its comments, to the byte", async () => {
    const { file, open } = await sampleFile({ one: "1", two: "2", three: "3" });
    const hand = file.text.replace("two:", "\n# about two\ntwo:").replace(/^(three: .*)$/m, "$1 # here");
    const text = withValues(
      wholeFile(hand),
      open,
      new Map([
        ["two", "II"],
        ["one", "1"],
        ["four", "4"],
      ]),
      later,
    );
    const [, sealed = ""] = /^two: (.*)$/m.exec(text) ?? [];
    const digest = /^ {4}(?:lastmodified|mac): .*$/gm;
    const expected = hand.replace(/^two: .*$/m, `two: ${sealed}`).replace("sops:", `${line(text, "four")}\nsops:`);
    expect(text.replace(digest, "")).toBe(expected.replace(digest, ""));
    expect(sealed).not.toBe(file.entries[1]?.text);
  });

  test("a value that is set to what it is keeps its sealed text, so that nothing restarts for it", async () => {
    const { file, open } = await sampleFile({ one: "1" });
    expect(line(withValues(file, open, new Map([["one", "1"]]), later), "one")).toBe(line(file.text, "one"));
  });

  test("a further recipient can open what was there; nothing else changes", async () => {
    const { file, open, identity } = await sampleFile({ one: "1" });
    const friend = await sampleIdentity();
    const text = await withRecipient(file, open, friend.recipient, later);
    expect(line(text, "one")).toBe(line(file.text, "one"));
    expect(text).toContain(file.metadata.keys[0]?.sealed.split("\n")[3]);
    expect((await openFile(wholeFile(text), only(friend))).values.get("one")).toBe("1");
    expect((await openFile(wholeFile(text), only(identity))).values.get("one")).toBe("1");
  });

  test("a new data key shuts out who is not named any more, and whoever kept the old one", async () => {
    const { file, open, identity } = await sampleFile({ one: "1", none: "" });
    const friend = await sampleIdentity();
    const next = newDataKey();
    const text = await withNewKey(file, open, next, [friend.recipient], later);
    const { sealed } = readSealed(text);
    expect(sealed?.keys.map(({ recipient }) => recipient)).toEqual([friend.recipient]);
    expect(line(text, "one")).not.toBe(line(file.text, "one"));
    await expect(openFile(wholeFile(text), only(identity))).rejects.toMatchObject({
      problem: { code: "SECRETS_LOCKED" },
    });
    expect(() => openFileWith(wholeFile(text), open.key)).toThrow();
    expect((await openFile(wholeFile(text), only(friend))).values).toEqual(open.values);
  });
});
