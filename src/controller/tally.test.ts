import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readRestarts } from "../ledger/restarts.ts";
import { noteTroubles } from "./tally.ts";

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), "freehold-tally-"));
});
afterEach(() => rm(run, { recursive: true, force: true }));

const id = "container/blog/blog";

test("the last thing that was the matter is remembered, until the container is another one", async () => {
  await noteTroubles(run, [{ id, containerId: "a", trouble: { at: 1000, what: "stopped" } }]);
  await noteTroubles(run, [{ id, containerId: "a", trouble: { at: 2000, what: "is not healthy: no answer" } }]);
  const later = { containerId: "a", count: 0, trouble: { at: 2000, what: "is not healthy: no answer" } };
  expect((await readRestarts(run)).get(id)).toEqual(later);
  await noteTroubles(run, [{ id, containerId: "b", trouble: { at: 3000, what: "stopped" } }]);
  expect((await readRestarts(run)).get(id)).toEqual({
    containerId: "b",
    count: 0,
    trouble: { at: 3000, what: "stopped" },
  });
});
