import { open } from "node:fs/promises";
import { expect, test } from "vitest";
import { orUnwritable } from "./unwritable.ts";

test("a full disk is said with what helps", async () => {
  const write = async (): Promise<void> => {
    await using full = await open("/dev/full", "w");
    await full.writeFile("x");
  };
  await expect(orUnwritable("/ledger", write())).rejects.toMatchObject({
    problem: { code: "LEDGER_UNWRITABLE", hint: "make room on the disk, then run this again" },
  });
});
