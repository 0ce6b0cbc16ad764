import { expect, test } from "vitest";
import type { Snapshot } from "../../providers/provider.ts";
import { wordsOf } from "../span.ts";
import { snapshotsJson, snapshotsText } from "./snapshots.ts";

const now = Date.UTC(2026, 10, 21, 12);
const snapshots: Snapshot[] = [
  { service: "mail", name: "20261121T115700Z-1a2b3c4", at: now - 180_000, way: "atomic", bytes: 1_288_490_189 },
  { service: "mail", name: "20261120T100000Z-up", at: now - 26 * 3_600_000, way: "copy", bytes: 900 },
  { service: "tasks", name: "20261121T120000Z-1a2b3c4", at: now, way: "reflink" },
];

test("snapshots stand below their service, with their age, what is in them and what they cost", () => {
  expect(snapshotsText(snapshots, now).map(wordsOf)).toEqual([
    "mail",
    "  20261121T115700Z-1a2b3c4  3 min ago  1.2 GB  takes what has changed since",
    "  20261120T100000Z-up       26 h ago   900 B   takes all of it",
    "",
    "tasks",
    "  20261121T120000Z-1a2b3c4  just now  not counted  takes what has changed since",
  ]);
});

test("where there are none it says when there will be", () => {
  expect(snapshotsText([], now)).toEqual([
    "There are no snapshots: one is taken before each change of a service with state.",
  ]);
});

test("for programs times are in UTC, and what was not counted is null", () => {
  expect(snapshotsJson("home", snapshots.slice(2))).toEqual({
    site: "home",
    snapshots: [
      {
        service: "tasks",
        name: "20261121T120000Z-1a2b3c4",
        at: "2026-11-21T12:00:00.000Z",
        way: "reflink",
        bytes: null,
      },
    ],
  });
});
