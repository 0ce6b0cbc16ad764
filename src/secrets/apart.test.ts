import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sealedFor } from "../../test/secrets/sealed.ts";
import { openValuesApart } from "./apart.ts";
import { identities } from "./identities.ts";
import { machineIdentity, machineKeyFile } from "./machine-identity.ts";
import { openValues } from "./open.ts";
import type { SealedSecrets } from "./sealed.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "freehold-apart-"));
});
afterEach(() => rm(root, { recursive: true }));

/** Sealed for the key of this machine. */
async function sealed(values: Readonly<Record<string, string>>): Promise<SealedSecrets> {
  const { entries, keys } = await sealedFor((await machineIdentity(root)).recipient, values);
  return { values: entries, keys };
}

const here = async (it: SealedSecrets) => openValues(it, await identities({}, root));
const problemOf = (opening: Promise<unknown>): Promise<unknown> =>
  opening.then(
    () => undefined,
    (thrown: { readonly problem?: unknown }) => thrown.problem ?? thrown,
  );

describe("secrets opened in a process of their own", () => {
  test("are the same as those opened here, whatever they hold", async () => {
    const values = {
      empty: "",
      long: "x".repeat(300_000),
      lines: "one\ntwo\r\n\0",
      odd: '"\\\u2028é😀',
      problem: "{}",
    };
    const it = await sealed(values);
    expect(await openValuesApart(it, root)).toEqual(await here(it));
    expect(Object.fromEntries(await openValuesApart(it, root))).toEqual(values);
  });

  test("have the same problems: no key, one that does not fit, values behind other names", async () => {
    const it = await sealed({ one: "1", two: "2" });
    const { one = "", two = "" } = it.values;
    const swapped = { ...it, values: { one: two, two: one } };
    expect(await problemOf(openValuesApart(swapped, root))).toEqual(await problemOf(here(swapped)));
    await rm(machineKeyFile(root));
    expect(await problemOf(openValuesApart(it, root))).toEqual(await problemOf(here(it)));
    await writeFile(machineKeyFile(root), "AGE-SECRET-KEY-1NONE\n");
    expect(await problemOf(openValuesApart(it, root))).toMatchObject({ code: "SECRETS_LOCKED" });
    expect(await problemOf(openValuesApart(it, root))).toEqual(await problemOf(here(it)));
  });
});
