import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newDataKey } from "./data-key.ts";
import { mergeSecrets } from "./merge.ts";
import { type OpenFile, openFile, openFileWith } from "./open.ts";
import { openText } from "./open-text.ts";
import { type Opened, reseal } from "./reseal.ts";
import { noon, only, sampleFile, sampleIdentity } from "./sample.ts";
import { wholeFile, withNewKey, withRecipient, withRecipients } from "./seal.ts";

const [ada, ben, eve] = await Promise.all([sampleIdentity(), sampleIdentity(), sampleIdentity()]);
const later = noon + 60_000;

type Texts = Readonly<Record<string, string>>;

/** A file for ada and whoever else, with these values. */
async function first(values: Texts, ...others: readonly { recipient: string }[]): Promise<Opened> {
  const { file, open } = await sampleFile(values);
  const recipients = [ada, ...others].map(({ recipient }) => recipient);
  return opened(await withNewKey(file, open, newDataKey(), recipients, noon));
}

async function opened(text: string): Promise<Opened> {
  const file = wholeFile(text);
  return { file, ...(await openFile(file, only(ada, ben, eve))) };
}

/** The next version, as a person edits it. */
async function edited(from: Opened, change: (text: string) => string): Promise<Opened> {
  const result = reseal(from.file, from, change(openText(from.file, from)), later);
  if (!("text" in result)) throw new Error(JSON.stringify(result.problems));
  return opened(result.text);
}

const plus = async (from: Opened, who: { recipient: string }): Promise<Opened> =>
  opened(await withRecipient(from.file, from, who.recipient, later));
const minus = async (from: Opened, who: { recipient: string }): Promise<Opened> => {
  const rest = recipientsOf(from).filter((recipient) => recipient !== who.recipient);
  return opened(await withNewKey(from.file, from, newDataKey(), rest, later));
};
const rotated = async (from: Opened): Promise<Opened> =>
  opened(await withNewKey(from.file, from, newDataKey(), recipientsOf(from), later));

const recipientsOf = ({ file }: Pick<Opened, "file">): string[] => file.metadata.keys.map(({ recipient }) => recipient);

async function merged(base: Opened | undefined, ours: Opened, theirs: Opened, who = only(ada)) {
  const texts = { base: base?.file.text ?? "", ours: ours.file.text, theirs: theirs.file.text };
  const { text, conflicts } = await mergeSecrets(texts, { identities: who, now: later });
  const after = await opened(text);
  return { after, conflicts, values: Object.fromEntries(after.values) };
}

const sealedOf = ({ file }: Opened, name: string) => file.entries.find((entry) => entry.name === name)?.text;

describe("two versions of secrets.yaml", () => {
  test("keep what each side changed, added and removed", async () => {
    const base = await first({ a: "1", b: "2", c: "3", d: "4" });
    const ours = await edited(base, (it) => it.replace('a: "1"', "a: ours").replace('c: "3"\n', "").concat("o: new\n"));
    const theirs = await edited(base, (it) => it.replace('b: "2"', "b: theirs\nt: new").replace('d: "4"\n', ""));
    const { values, conflicts, after } = await merged(base, ours, theirs);
    expect(values).toEqual({ a: "ours", b: "theirs", t: "new", o: "new" });
    expect(conflicts).toEqual([]);
    expect(sealedOf(after, "a")).toBe(sealedOf(ours, "a"));
    expect(sealedOf(after, "b")).toBe(sealedOf(theirs, "b"));
    expect(sealedOf(after, "t")).toBe(sealedOf(theirs, "t"));
  });

  test("that made the same change agree", async () => {
    const base = await first({ a: "1", b: "2" });
    const change = (it: string): string => it.replace('a: "1"', "a: same").replace('b: "2"\n', "new: here\n");
    const { values, conflicts } = await merged(base, await edited(base, change), await edited(base, change));
    expect(values).toEqual({ a: "same", new: "here" });
    expect(conflicts).toEqual([]);
  });

  test("that changed one differently leave ours, name it, and have all else merged", async () => {
    const base = await first({ a: "1", b: "2", c: "3", d: "4" });
    const ours = await edited(base, (it) => it.replace('"1"', "ours").replace('b: "2"\n', "").replace('"3"', "kept"));
    const theirs = await edited(base, (it) =>
      it.replace('"1"', "theirs").replace('"2"', "theirs").replace('c: "3"\n', "").replace('"4"', "theirs"),
    );
    const { values, conflicts } = await merged(base, ours, theirs);
    expect(values).toEqual({ a: "ours", c: "kept", d: "theirs" });
    expect(conflicts).toEqual([
      { name: "a", ours: "changed", theirs: "changed" },
      { name: "b", ours: "removed", theirs: "changed" },
      { name: "c", ours: "changed", theirs: "removed" },
    ]);
  });

  test("that have no common one keep all of both", async () => {
    const [ours, theirs] = [await first({ a: "1", b: "2" }, ben), await first({ b: "other", c: "3" }, eve)];
    const { values, conflicts, after } = await merged(undefined, ours, theirs);
    expect(values).toEqual({ a: "1", b: "2", c: "3" });
    expect(conflicts).toEqual([{ name: "b", ours: "added", theirs: "added" }]);
    expect(recipientsOf(after)).toEqual([ada, ben, eve].map(({ recipient }) => recipient));
  });

  test("come to the same, whatever each side did to which secrets", { timeout: 30_000 }, async () => {
    const base = await first({ a: "1", b: "2", c: "3", z: "0" });
    const deed = fc.constantFrom("keep", "x", "y", "gone");
    const deeds = fc.record({ a: deed, b: deed, c: deed, d: fc.constantFrom("keep", "x", "y") });
    await fc.assert(
      fc.asyncProperty(deeds, deeds, async (here, there) => {
        const [ours, theirs] = [await done(base, here), await done(base, there)];
        const { values, conflicts } = await merged(base, ours, theirs);
        for (const name of ["a", "b", "c", "d"] as const) {
          const [was, o, t] = [base, ours, theirs].map((it) => it.values.get(name));
          expect(values[name]).toBe(o === was ? t : o);
          expect(conflicts.some((it) => it.name === name)).toBe(o !== was && t !== was && o !== t);
        }
      }),
      { numRuns: 25 },
    );
  });

  async function done(base: Opened, deeds: Texts): Promise<Opened> {
    const lines = Object.entries(deeds).flatMap(([name, deed]) => {
      const value = deed === "keep" ? base.values.get(name) : deed;
      return deed === "gone" || value === undefined ? [] : [`${name}: "${value}"\n`];
    });
    return edited(base, () => `${lines.join("")}z: "0"\n`);
  }
});

describe("comments", () => {
  test("of both sides stand, and those that one took away do not", async () => {
    const base = await edited(await first({}), () => '# top\na: "1"\n# old\nb: "2" # why\nc: "3"\n# end\n');
    const ours = await edited(base, (it) => it.replace("# top", "# top\n# ours").replace("# old\n", ""));
    const theirs = await edited(base, (it) =>
      it.replace('c: "3"', "# theirs\nc: x # new\n# of t\nt: |\n  one\n  two").replace("# why", "# because"),
    );
    const { after } = await merged(base, ours, theirs);
    expect(openText(after.file, after)).toBe(
      '# top\n# ours\na: "1"\nb: "2" # because\n# theirs\nc: x # new\n# of t\nt: |\n  one\n  two\n# end\n',
    );
    expect(after.file.text).not.toMatch(/# (?:top|ours|theirs|because|end)/);
  });
});

describe("who may open the merge", () => {
  test("is whoever one side added, and nobody whom one side took away", async () => {
    const base = await first({ a: "1" }, eve);
    const { after } = await merged(base, await plus(base, ben), await minus(base, eve));
    expect(recipientsOf(after)).toEqual([ada.recipient, ben.recipient]);
    await expect(openFile(after.file, only(eve))).rejects.toMatchObject({ problem: { code: "SECRETS_LOCKED" } });
    expect(Object.fromEntries((await openFile(after.file, only(ben))).values)).toEqual({ a: "1" });
  });

  test.each(["ours", "theirs"])(
    "and knows no data key of the version from before somebody left on %s",
    async (side) => {
      const base = await first({ a: "1" }, eve);
      const [left, stayed] = [await minus(base, eve), await edited(base, (it) => `${it}b: new\n`)];
      const { after, values } = side === "ours" ? await merged(base, left, stayed) : await merged(base, stayed, left);
      expect(values).toEqual({ a: "1", b: "new" });
      expect(opensWith(after, base)).toBe(false);
      expect(sealedOf(after, "a")).toBe(sealedOf(left, "a"));
    },
  );

  test("takes a new data key when different people left on both sides, or one by sops without a new one", async () => {
    const base = await first({ a: "1" }, ben, eve);
    const [withoutBen, withoutEve] = [await minus(base, ben), await minus(base, eve)];
    const { after } = await merged(base, withoutBen, withoutEve);
    expect(recipientsOf(after)).toEqual([ada.recipient]);
    for (const known of [base, withoutBen, withoutEve]) expect(opensWith(after, known)).toBe(false);
    const kept = await opened(await withRecipients(base.file, base, [ada.recipient, ben.recipient], later));
    const { after: again } = await merged(base, await edited(base, (it) => `${it}b: "2"\n`), kept);
    expect(recipientsOf(again)).toEqual([ada.recipient, ben.recipient]);
    expect(opensWith(again, base)).toBe(false);
  });

  test.each(["ours", "theirs"])("has the data key to which %s rotated", async (side) => {
    const base = await first({ a: "1" });
    const [next, other] = [await rotated(base), await edited(base, (it) => it.replace('"1"', "other"))];
    const { after, values } = side === "ours" ? await merged(base, next, other) : await merged(base, other, next);
    expect(values).toEqual({ a: "other" });
    expect(opensWith(after, next)).toBe(true);
  });

  test("can be worked out by somebody who was added on one side alone", async () => {
    const base = await first({ a: "1", b: "2" });
    const [ours, theirs] = [await plus(base, ben), await edited(base, (it) => it.replace('"2"', "theirs"))];
    expect((await merged(base, ours, theirs, only(ben))).values).toEqual({ a: "1", b: "theirs" });
  });

  test("also when the version from which both came has another data key, which is not here", async () => {
    const base = await first({ a: "1", b: "2", c: "3" });
    const next = await plus(await rotated(base), ben);
    const ours = await edited(next, (it) => it.replace('"1"', "ours"));
    const theirs = await edited(next, (it) => it.replace('"1"', "theirs").replace('c: "3"\n', ""));
    const { values, conflicts } = await merged(base, ours, theirs, only(ben));
    expect(values).toEqual({ a: "ours", b: "2", c: "3" });
    expect(conflicts.map(({ name }) => name)).toEqual(["a", "c"]);
  });

  function opensWith({ file }: Opened, { key }: OpenFile): boolean {
    try {
      openFileWith(file, key);
      return true;
    } catch {
      return false;
    }
  }
});

describe("nothing is merged", () => {
  test.each([
    ["cut", (it: string) => it.slice(0, it.length / 2)],
    ["with both sides of an older merge", (it: string) => `<<<<<<< HEAD\n${it}`],
    ["changed by hand", (it: string) => it.replace(/^a: .*\n/m, "")],
  ])("with a version that is %s; it is said which", async (_what, spoil) => {
    const { file } = await first({ a: "1", b: "2" });
    const merge = mergeSecrets(
      { base: "", ours: file.text, theirs: spoil(file.text) },
      { identities: only(ada), now: later },
    );
    await expect(merge).rejects.toMatchObject({
      problem: { detail: [expect.stringContaining("the other side's version")] },
    });
  });

  test("by somebody who can open only one side", async () => {
    const [mine, other] = [await first({ a: "1" }, ben), await first({ a: "2" })];
    await expect(merged(undefined, mine, other, only(ben))).rejects.toMatchObject({
      problem: { code: "SECRETS_LOCKED" },
    });
  });
});

test("in a merge between merges nobody's value stands for what is not agreed on, so that it is asked for again", async () => {
  const base = await first({ a: "1", b: "2" });
  const [ours, theirs] = [
    await edited(base, (it) => it.replace('"1"', "ours")),
    await edited(base, (it) => it.replace('"1"', "theirs").replace('"2"', "theirs")),
  ];
  const texts = { base: base.file.text, ours: ours.file.text, theirs: theirs.file.text };
  const { text } = await mergeSecrets(texts, { identities: only(ada), now: later, between: true });
  const common = await opened(text);
  expect(common.values.get("b")).toBe("theirs");
  expect(["1", "ours", "theirs"]).not.toContain(common.values.get("a"));
  expect((await merged(common, ours, theirs)).conflicts.map(({ name }) => name)).toEqual(["a"]);
});
