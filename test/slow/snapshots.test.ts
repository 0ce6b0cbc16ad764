import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execOrFail, start } from "../../src/lib/exec.ts";
import { type SiteLayout, siteLayout } from "../../src/providers/layout.ts";
import { snapshotsOf } from "../../src/providers/podman/state/kept.ts";
import { restoreState } from "../../src/providers/podman/state/restore.ts";
import { settleState } from "../../src/providers/podman/state/switch.ts";
import { takeState } from "../../src/providers/podman/state/take.ts";
import { applyVolume, volumeDirectory } from "../../src/providers/podman/volume.ts";
import type { Volume } from "../../src/resource/kinds/volume.ts";
import { type Disk, makeDisk } from "../world/disk.ts";

const volume: Volume = {
  kind: "volume",
  id: "volume/mail/mail/data",
  service: "mail",
  needs: [],
  part: "mail",
  name: "data",
  slot: 7,
};
const [first, second] = ["20261121T100000Z-aaaaaaa", "20261121T110000Z-bbbbbbb"];
const files = Array.from({ length: 300 }, (_, index) => `file-${index}`);
const churn = join(import.meta.dirname, "state-churn.ts");

describe.each(["btrfs", "xfs", "ext4"] as const)("on %s", (kind) => {
  let disk: Disk;
  let layout: SiteLayout;
  let data: string;
  beforeAll(async () => {
    disk = await makeDisk(kind, 330);
    layout = siteLayout({ root: disk.path, run: join(disk.path, "run") }, "home");
    data = volumeDirectory(layout, volume);
    await applyVolume(layout, volume);
    await mkdir(data, { recursive: true });
    for (const name of files) await writeFile(join(data, name), name);
    await writeFile(join(data, "version"), "then");
  });
  afterAll(() => disk.end());

  test("who is killed at any instant leaves one state or the other, whole, and nothing that the next call does not take away", async () => {
    const { signal } = new AbortController();
    const how = { layout, service: "mail", report: () => {}, signal };
    await takeState({ ...how, name: first, at: 1, atRest: async () => {} });
    for (let round = 0; round < 12; round++) {
      const child = start([process.execPath, churn, disk.path, "mail", "mail/data/version", first, second], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const gone = once(child, "exit");
      await once(child.stdout ?? child, "data");
      await delay((round * 29) % 200);
      child.kill("SIGKILL");
      await gone;
      await settleState(layout, "mail");
      expect(await readdir(layout.state)).toEqual(["mail"]);
      expect(["then", "now", ""]).toContain(await readFile(join(data, "version"), "utf8"));
      expect((await readdir(data)).sort()).toEqual([...files, "version"].sort());
      for (const { name } of await snapshotsOf(layout, "mail")) {
        const kept = join(layout.snapshots, "mail", name, "state/mail/data");
        expect((await readdir(kept)).length).toBe(files.length + 1);
        expect(await readFile(join(kept, "version"), "utf8")).toBe("then");
      }
      await restoreState({ ...how, name: first });
      expect(await readFile(join(data, "version"), "utf8")).toBe("then");
    }
    await takeState({ ...how, name: second, at: 2, atRest: async () => {} });
    expect((await readdir(join(layout.snapshots, "mail"))).sort()).toEqual([first, second]);
    if (kind === "btrfs") expect(await subvolumes(disk.path)).toBe(3);
  });
});

async function subvolumes(path: string): Promise<number> {
  return (await execOrFail(["btrfs", "subvolume", "list", path])).trim().split("\n").length;
}
