import { beforeAll, describe, expect, test } from "vitest";
import type { SecretsFile } from "./document.ts";
import type { Identity } from "./identities.ts";
import { type OpenFile, openFile, openValues } from "./open.ts";
import { readSealed } from "./read.ts";
import { only, sampleFile, sampleIdentity } from "./sample.ts";
import { wholeFile } from "./seal.ts";

let file: SecretsFile;
let identity: Identity;
let open: OpenFile;
beforeAll(async () => {
  ({ file, identity, open } = await sampleFile({ one: "1", two: "hunter2", three: "" }));
});

const failing = (code: string) => expect.objectContaining({ problem: expect.objectContaining({ code }) });

/** A file whose lines were changed by hand. */
function changed(change: (text: string) => string): SecretsFile {
  return wholeFile(change(file.text));
}

describe("opening secrets", { timeout: 30_000 }, () => {
  test("gives the values to whoever has a key", async () => {
    const { sealed } = readSealed(file.text);
    const values = await openValues(sealed ?? { values: {}, keys: [] }, only(await sampleIdentity(), identity));
    expect(Object.fromEntries(values)).toEqual({ one: "1", two: "hunter2", three: "" });
    expect((await openFile(file, only(identity))).values).toEqual(new Map([...open.values]));
  });

  test("without any secret needs no key, so that a site without secrets starts anywhere", async () => {
    expect(await openValues({ values: {}, keys: [] }, only())).toEqual(new Map());
  });

  test("with no key, or another, says for whom it is sealed and where keys are looked for", async () => {
    for (const keys of [only(), only(await sampleIdentity())]) {
      await expect(openFile(file, keys)).rejects.toEqual(failing("SECRETS_LOCKED"));
      const thrown: unknown = await openFile(file, keys).catch((it: unknown) => it);
      const said = JSON.stringify(thrown);
      expect(said).toContain(identity.recipient);
      expect(said).toContain("/var/lib/freehold/keys/age.txt");
      expect(said).not.toContain("AGE-SECRET-KEY");
    }
  });

  test("a value that was put behind another name is refused, and named", async () => {
    const [first, second] = file.entries;
    const swapped = changed((text) =>
      text
        .replace(first?.text ?? "", "FIRST")
        .replace(second?.text ?? "", first?.text ?? "")
        .replace("FIRST", second?.text ?? ""),
    );
    await expect(openFile(swapped, only(identity))).rejects.toMatchObject({
      problem: { code: "SECRET_DAMAGED", message: expect.stringContaining("secret one ") },
    });
    const { sealed } = readSealed(swapped.text);
    await expect(openValues(sealed ?? { values: {}, keys: [] }, only(identity))).rejects.toEqual(
      failing("SECRET_DAMAGED"),
    );
  });

  test.each<[what: string, change: (text: string) => string]>([
    ["a value taken away", (text) => text.replace(/one: .*\n/, "")],
    ["a value emptied", (text) => text.replace(/two: .*/, 'two: ""')],
    ["values in another order", (text) => text.replace(/(one: .*\n)(two: .*\n)/, "$2$1")],
    ["another time", (text) => text.replace("2026-11-21T12:00:00Z", "2026-11-21T12:00:01Z")],
    [
      "another way to make the digest",
      (text) => text.replace("    unencrypted_", "    mac_only_encrypted: true\n    unencrypted_"),
    ],
  ])("%s is noticed by the digest", async (_what, change) => {
    expect(change(file.text)).not.toBe(file.text);
    await expect(openFile(changed(change), only(identity))).rejects.toEqual(failing("SECRETS_TAMPERED"));
  });

  test("an older value of the same name is noticed by the digest", async () => {
    const { withValues } = await import("./seal.ts");
    const newer = withValues(file, open, new Map([["two", "hunter3"]]), Date.now());
    const back = newer.replace(/two: .*/, `two: ${file.entries[1]?.text}`);
    await expect(openFile(wholeFile(back), only(identity))).rejects.toEqual(failing("SECRETS_TAMPERED"));
  });

  test("a data key that was changed says for whom", async () => {
    const [key] = file.metadata.keys;
    const lines = key?.sealed.split("\n") ?? [];
    const line = lines[2] ?? "";
    const other = `${line.slice(0, -1)}${line.endsWith("A") ? "B" : "A"}`;
    await expect(
      openFile(
        changed((text) => text.replace(line, other)),
        only(identity),
      ),
    ).rejects.toMatchObject({
      problem: { code: "SECRET_DAMAGED", message: expect.stringContaining(identity.recipient) },
    });
  });

  test("any one character of what is sealed, changed, is noticed; elsewhere the values stay the same", async () => {
    const end = file.text.indexOf("sops:");
    const keep = Object.fromEntries(open.values);
    for (let at = 0; at < file.text.length; at += 7) {
      const other = file.text[at] === "A" ? "B" : "A";
      const text = `${file.text.slice(0, at)}${other}${file.text.slice(at + 1)}`;
      const { sealed } = readSealed(text);
      const result = sealed && (await openFile(wholeFile(text), only(identity)).catch(() => undefined));
      if (at < end) expect(result, text.slice(at - 5, at + 5)).toBeUndefined();
      else if (result !== undefined) expect(Object.fromEntries(result.values)).toEqual(keep);
    }
  });
});
