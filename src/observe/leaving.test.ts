import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readOrphans, writeOrphans } from "../ledger/orphans.ts";
import type { Volume } from "../resource/kinds/volume.ts";
import { leavingState } from "./leaving.ts";

let ledger: string;
beforeEach(async () => {
  ledger = await mkdtemp(join(tmpdir(), "freehold-leaving-"));
});
afterEach(() => rm(ledger, { recursive: true }));

function volume(service: string, name: string): Volume {
  const id = `volume/${service}/${service}/${name}`;
  return { kind: "volume", id, service, needs: [], part: service, name, slot: 1 };
}

const mail = volume("mail", "boxes");
const [data, cache] = [volume("old", "data"), volume("old", "cache")];
const observation = {
  resources: [mail, cache, data].map((resource) => ({ resource })),
  slots: {},
  foreignSlots: [],
};

test("what nobody noticed yet has its whole grace before it; what is wanted is not named", async () => {
  const facts = { desired: [mail], observation, grace: 1000, now: 5000 };
  expect(await leavingState(ledger, facts)).toEqual([
    { service: "old", state: ["old/cache", "old/data"], until: 6000 },
  ]);
  expect(await leavingState(ledger, { ...facts, desired: [mail, cache, data] })).toEqual([]);
});

test("of a service's state the first that goes gives the date; what is overdue goes now", async () => {
  await writeOrphans(ledger, new Map([[data.id, { since: 0, watched: 700 }]]));
  const facts = { desired: [mail], observation, grace: 1000, now: 5000 };
  expect((await leavingState(ledger, facts))[0]?.until).toBe(5300);
  expect((await leavingState(ledger, { ...facts, grace: 10 }))[0]?.until).toBe(5000);
  expect((await leavingState(ledger, { ...facts, grace: "never" }))[0]).not.toHaveProperty("until");
});

test("a ledger that cannot be understood gives everything its whole grace anew", async () => {
  await writeOrphans(ledger, new Map([[data.id, { since: 1, watched: 700 }]]));
  expect(await readOrphans(ledger)).toEqual(new Map([[data.id, { since: 1, watched: 700 }]]));
  for (const text of ["", "{", "[]", '{"orphans": 3}', '{"orphans": {"x": 4}}']) {
    await writeFile(join(ledger, "orphans.json"), text);
    for (const { watched } of (await readOrphans(ledger)).values()) expect(watched).toBe(0);
  }
});
