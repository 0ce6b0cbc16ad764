import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Volume } from "../../../resource/kinds/volume.ts";
import { type SiteLayout, siteLayout } from "../../layout.ts";
import { applyVolume, observeVolumes } from "../volume.ts";
import { settleState, switchState } from "./switch.ts";

let directory = "";
let layout: SiteLayout;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-switch-"));
  layout = siteLayout({ root: join(directory, "root"), run: join(directory, "run") }, "home");
  await mkdir(layout.state, { recursive: true });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const names = { here: "mail", next: ".mail.new", last: ".mail.old" } as const;
const make = async (...which: readonly (keyof typeof names)[]): Promise<void> => {
  for (const each of which) {
    await mkdir(join(layout.state, names[each]));
    await writeFile(join(layout.state, names[each], "content"), each);
  }
};
const now = async (): Promise<string> => {
  expect(await readdir(layout.state)).toEqual(["mail"]);
  return readFile(join(layout.state, "mail/content"), "utf8");
};

describe("state that is switched", () => {
  test("is what was made ready, and what was there is gone", async () => {
    await make("here", "next");
    await switchState(layout, "mail");
    expect(await now()).toBe("next");
  });

  test("may have been gone before", async () => {
    await make("next");
    await switchState(layout, "mail");
    expect(await now()).toBe("next");
  });

  test.each([
    { found: ["here"], means: "nothing was under way", leaves: "here" },
    { found: ["here", "next"], means: "what is to come was not yet complete", leaves: "here" },
    { found: ["next", "last"], means: "it was complete, and is put in its place", leaves: "next" },
    { found: ["here", "last"], means: "it is in its place", leaves: "here" },
    { found: ["last"], means: "what is to come was lost by somebody else", leaves: "last" },
  ] as const)("cut off with $found: $means", async ({ found, leaves }) => {
    await make(...found);
    await settleState(layout, "mail");
    expect(await now()).toBe(leaves);
  });

  test("three times there is for a person to decide, and stays", async () => {
    await make("here", "next", "last");
    await expect(settleState(layout, "mail")).rejects.toMatchObject({ problem: { code: "STATE_TWICE" } });
    expect((await readdir(layout.state)).length).toBe(3);
  });
});

test("a volume whose state was being switched keeps its place, is seen as missing, and is put there by its next apply", async () => {
  const volume = { kind: "volume", service: "mail", needs: [], part: "store", slot: 7 } as const;
  const volumes: Volume[] = ["data", "queue"].map((name) => ({ ...volume, id: `volume/mail/store/${name}`, name }));
  for (const each of volumes) await applyVolume(layout, each);
  await writeFile(join(layout.state, "mail/store/data/file"), "kept");
  await rename(join(layout.state, "mail"), join(layout.state, ".mail.new"));
  await mkdir(join(layout.state, ".mail.old"));
  expect(await observeVolumes(layout)).toEqual(volumes.map((resource) => ({ resource, amiss: "missing" })));
  await Promise.all(volumes.map((each) => applyVolume(layout, each)));
  expect(await observeVolumes(layout)).toEqual(volumes.map((resource) => ({ resource })));
  expect(await readFile(join(layout.state, "mail/store/data/file"), "utf8")).toBe("kept");
});
