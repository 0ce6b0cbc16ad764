import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { realSops } from "../../test/world/sops.ts";
import { exec } from "../lib/exec.ts";
import { newDataKey, sealDataKey } from "./data-key.ts";
import type { Identity } from "./identities.ts";
import { sampleIdentity } from "./sample.ts";
import { type Seal, sealSections } from "./sealed-object.ts";

const sops = await realSops();
const why = sops === undefined ? " (skipped: needs go, to build sops)" : "";

let ada: Identity;
let seal: Seal;
let directory = "";
beforeAll(async () => {
  ada = await sampleIdentity();
  const key = newDataKey();
  seal = { key, keys: [await sealDataKey(key, ada.recipient)], lastModified: "2026-01-02T03:04:05Z" };
  directory = await mkdtemp(join(tmpdir(), "freehold-sealed-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const texts = { stringData: { "a.pem": "one\ntwo\n", TOKEN: "tüürlich \\n", number: "017" }, data: { b: "AAEC/w==" } };

function secret(): { object: Record<string, unknown>; text: string } {
  const { sections, sops: part } = sealSections(texts, seal);
  const object = { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, ...sections, sops: part };
  return { object, text: stringify(object, { lineWidth: 0, compat: "yaml-1.1" }) };
}

async function decrypt(text: string) {
  await writeFile(join(directory, "a.yaml"), text);
  const env = { PATH: process.env.PATH, HOME: directory, SOPS_AGE_KEY: ada.secret };
  return exec([sops ?? "", "decrypt", join(directory, "a.yaml")], { env });
}

describe.skipIf(sops === undefined)(`a sealed object${why}`, () => {
  test("sops opens it to what it was, and finds it whole", async () => {
    const { code, stdout, stderr } = await decrypt(secret().text);
    expect(code, stderr).toBe(0);
    expect(parse(stdout)).toEqual({ apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, ...texts });
  });

  test("a value under another name does not open", async () => {
    const { code } = await decrypt(secret().text.replace("TOKEN:", "TAKEN:"));
    expect(code).not.toBe(0);
  });

  test("a value that is gone is noticed", async () => {
    const { code, stderr } = await decrypt(secret().text.replace(/^ {2}number:.*\n/m, ""));
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/MAC/);
  });
});

test("the same again gives the same bytes, and equal texts under two names are not seen to be equal", () => {
  expect(secret().text).toBe(secret().text);
  const { sections } = sealSections({ data: { a: "same", b: "same" } }, seal);
  expect(sections.data?.a?.slice(0, 40)).not.toBe(sections.data?.b?.slice(0, 40));
});
