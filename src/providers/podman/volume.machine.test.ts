import { chown, lstat, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Volume } from "../../resource/kinds/volume.ts";
import { type SiteLayout, siteLayout } from "../layout.ts";
import { applyVolume, giveVolume, observeVolumes, removeVolume, volumeDirectory } from "./volume.ts";

let directory = "";
let layout: SiteLayout;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-state-"));
  layout = siteLayout({ root: join(directory, "root"), run: join(directory, "run") }, "home");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const volume: Volume = {
  kind: "volume",
  id: "volume/blog/blog/data",
  service: "blog",
  needs: [],
  part: "blog",
  name: "data",
  slot: 7,
};
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
const ownerOf = async (path: string): Promise<number> => (await lstat(path)).uid;

describe("a volume on the disk", () => {
  test("belongs to nobody else, and its way there may be passed but not listed", async () => {
    await applyVolume(layout, volume);
    const data = volumeDirectory(layout, volume);
    expect(await modeOf(data)).toBe(0o700);
    expect(await modeOf(join(layout.state, "blog"))).toBe(0o711);
    expect(await modeOf(`${data}.json`)).toBe(0o600);
  });

  test("whose directory has gone is observed as missing, and made again by its next apply", async () => {
    await applyVolume(layout, volume);
    await rm(volumeDirectory(layout, volume), { recursive: true });
    expect(await observeVolumes(layout)).toEqual([{ resource: volume, amiss: "missing" }]);
    await applyVolume(layout, volume);
    expect(await observeVolumes(layout)).toEqual([{ resource: volume }]);
  });

  test("is given to a user once, and files of further users in it stay theirs when the user changes", async () => {
    await applyVolume(layout, volume);
    const data = volumeDirectory(layout, volume);
    await giveVolume(layout, volume, { uid: 5000, gid: 5000 });
    expect(await ownerOf(data)).toBe(5000);
    await mkdir(join(data, "db"));
    for (const [name, uid] of [
      ["mine", 5000],
      ["theirs", 5999],
      ["db", 5999],
    ] as const) {
      if (name !== "db") await writeFile(join(data, name), name);
      await chown(join(data, name), uid, uid);
    }
    await writeFile(join(data, "db/mine"), "");
    await chown(join(data, "db/mine"), 5000, 5000);
    await giveVolume(layout, volume, { uid: 6000, gid: 6000 });
    expect(await Promise.all(["", "mine", "theirs", "db", "db/mine"].map((name) => ownerOf(join(data, name))))).toEqual(
      [6000, 6000, 5999, 5999, 6000],
    );
  });

  test("giving it away never follows a link that the container made", async () => {
    await applyVolume(layout, volume);
    const data = volumeDirectory(layout, volume);
    const outside = join(directory, "outside");
    await writeFile(outside, "");
    await chown(outside, 5000, 5000);
    await giveVolume(layout, volume, { uid: 5000, gid: 5000 });
    await symlink(outside, join(data, "link"));
    await giveVolume(layout, volume, { uid: 6000, gid: 6000 });
    expect(await ownerOf(outside)).toBe(5000);
  });

  test("is removed with what is in it, but not what links in it lead to", async () => {
    await applyVolume(layout, volume);
    const outside = join(directory, "outside");
    await mkdir(outside);
    await writeFile(join(outside, "photo"), "precious");
    await symlink(outside, join(volumeDirectory(layout, volume), "link"));
    await removeVolume(layout, volume);
    expect(await readFile(join(outside, "photo"), "utf8")).toBe("precious");
    expect(await observeVolumes(layout)).toEqual([]);
    await expect(stat(join(layout.state, "blog"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("is removed with what a write that was killed has left beside it", async () => {
    await applyVolume(layout, volume);
    await writeFile(`${volumeDirectory(layout, volume)}.json.1-1-00112233aabb.new`, "{");
    await removeVolume(layout, volume);
    await expect(stat(join(layout.state, "blog"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("that has become a link itself is not followed: its data stays", async () => {
    await applyVolume(layout, volume);
    const data = volumeDirectory(layout, volume);
    const moved = join(directory, "moved");
    await rename(data, moved);
    await writeFile(join(moved, "photo"), "precious");
    await symlink(moved, data);
    await removeVolume(layout, volume);
    expect(await readFile(join(moved, "photo"), "utf8")).toBe("precious");
  });

  test("without our sidecar beside it is not ours, and stays", async () => {
    await applyVolume(layout, volume);
    const data = volumeDirectory(layout, volume);
    await rm(`${data}.json`);
    await writeFile(join(data, "photo"), "precious");
    await removeVolume(layout, volume);
    expect(await readFile(join(data, "photo"), "utf8")).toBe("precious");
  });

  test("a name that would lead elsewhere is refused", () => {
    for (const name of ["..", "a/b", "", "A", "x.json"])
      expect(() => volumeDirectory(layout, { ...volume, name })).toThrow(/names of letters/);
  });
});
