import {
  chmod,
  chown,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Disk, makeDisk } from "../../../../test/world/disk.ts";
import { execOrFail } from "../../../lib/exec.ts";
import type { Volume } from "../../../resource/kinds/volume.ts";
import { type SiteLayout, siteLayout } from "../../layout.ts";
import type { Snapshot } from "../../snapshots.ts";
import { applyVolume, removeVolume, volumeDirectory } from "../volume.ts";
import { costOf } from "./cost.ts";
import { countSnapshots, snapshotsOf } from "./kept.ts";
import { restoreState } from "./restore.ts";
import { takeState } from "./take.ts";

const volume: Volume = {
  kind: "volume",
  id: "volume/mail/store/data",
  service: "mail",
  needs: [],
  part: "store",
  name: "data",
  slot: 7,
};
const names = ["20261121T100000Z-aaaaaaa", "20261121T110000Z-bbbbbbb"] as const;
const megabyte = 1024 * 1024;

describe.each([
  { kind: "btrfs", way: "atomic", room: 300 },
  { kind: "xfs", way: "reflink", room: 330 },
  { kind: "ext4", way: "copy", room: 120 },
] as const)("on $kind", ({ kind, way, room }) => {
  let disk: Disk;
  let layout: SiteLayout;
  let data: string;
  beforeAll(async () => {
    disk = await makeDisk(kind, room);
    layout = siteLayout({ root: disk.path, run: join(disk.path, "run") }, "home");
    data = volumeDirectory(layout, volume);
  });
  afterEach(() => removeVolume(layout, volume));
  afterAll(() => disk.end());

  const take = (name: string = names[0], signal = new AbortController().signal): Promise<Snapshot> =>
    takeState({ layout, service: "mail", name, at: 5, atRest: async () => {}, report: () => {}, signal });
  const restore = (name: string = names[0], signal = new AbortController().signal): Promise<void> =>
    restoreState({ layout, service: "mail", name, report: () => {}, signal });
  const free = async (): Promise<number> => {
    await execOrFail(["sync", "--file-system", disk.path]);
    return Number((await execOrFail(["df", "--block-size=1", "--output=avail", disk.path])).split("\n")[1]);
  };

  test("state comes back as it was to the last attribute, whatever became of it since", async () => {
    await applyVolume(layout, volume);
    await fillWithOddities(data);
    const before = await everythingOf(join(layout.state, "mail"));
    expect(await take()).toMatchObject({ service: "mail", name: names[0], at: 5, way });
    await execOrFail(["chattr", "-i", join(data, "fixed")]);
    await rm(data, { recursive: true });
    await mkdir(data);
    await writeFile(join(data, "later"), "migrated");
    await restore();
    // No copy but a subvolume's own has the mark of files that cannot be changed.
    expect(await everythingOf(join(layout.state, "mail"))).toBe(before);
    expect(await readdir(layout.state)).toEqual(["mail"]);
    if (way === "atomic") await execOrFail(["chattr", "-i", join(data, "fixed")]);
  });

  test("files that cannot be changed are in nobody's way when the state is put back twice", async () => {
    await applyVolume(layout, volume);
    await writeFile(join(data, "fixed"), "f");
    await take();
    for (let times = 0; times < 2; times++) {
      await execOrFail(["chattr", "+i", join(data, "fixed")]);
      await restore();
    }
    expect(await readFile(join(data, "fixed"), "utf8")).toBe("f");
    expect(await readdir(layout.state)).toEqual(["mail"]);
  });

  test("what is written later is not in the snapshot, and what is restored is not written into it", async () => {
    await applyVolume(layout, volume);
    const database = join(data, "database");
    await writeFile(database, "one");
    await take();
    await writeFile(database, "two");
    await restore();
    expect(await readFile(database, "utf8")).toBe("one");
    await writeFile(database, "three");
    await restore();
    expect(await readFile(database, "utf8")).toBe("one");
    expect((await stat(database)).nlink).toBe(1);
  });

  test("a snapshot tells its cost before, and takes no more room than that", async () => {
    await applyVolume(layout, volume);
    await writeFile(join(data, "large"), Buffer.alloc(20 * megabyte, "x"));
    const { way: foretold, bytes } = await costOf(layout, "mail");
    expect(foretold).toBe(way);
    const before = await free();
    const taken = await take();
    expect(before - (await free())).toBeLessThan(bytes + 2 * megabyte);
    expect(await snapshotsOf(layout, "mail")).toEqual([taken]);
    await countSnapshots(layout, "mail");
    const [counted] = await snapshotsOf(layout, "mail");
    expect(counted).toMatchObject({ ...taken, bytes: expect.any(Number) });
    expect(Math.abs((counted?.bytes ?? 0) - 20 * megabyte)).toBeLessThan(megabyte);
  });

  test("on a full disk blocks are shared, and what must be copied is refused, with nothing left half", async () => {
    await applyVolume(layout, volume);
    for (const part of [1, 2, 3]) await writeFile(join(data, `part-${part}`), Buffer.alloc(10 * megabyte, "x"));
    await take();
    await execOrFail(["fallocate", "--length", String(Math.floor((await free()) * 0.98)), join(disk.path, "others")]);
    try {
      const before = await everythingOf(join(layout.state, "mail"));
      const noRoom = { problem: { code: "SNAPSHOT_NO_ROOM" } };
      if (way === "copy") await expect(take(names[1])).rejects.toMatchObject(noRoom);
      else await take(names[1]);
      if (way === "copy") await expect(restore()).rejects.toMatchObject(noRoom);
      else await restore();
      expect(await everythingOf(join(layout.state, "mail"))).toBe(before);
      expect(await readdir(layout.state)).toEqual(["mail"]);
      expect((await readdir(join(layout.snapshots, "mail"))).length).toBe(way === "copy" ? 1 : 2);
    } finally {
      await rm(join(disk.path, "others"));
    }
  });

  test("one that is stopped leaves nothing", async () => {
    await applyVolume(layout, volume);
    await writeFile(join(data, "large"), Buffer.alloc(20 * megabyte, "x"));
    for (const milliseconds of [0, 5, 15, 30]) {
      await take(names[1], AbortSignal.timeout(milliseconds)).catch(() => {});
      const found = await snapshotsOf(layout, "mail");
      expect(await execOrFail(["find", layout.home, "-name", `.${names[1]}`])).toBe("");
      if (found.length > 0) break;
    }
  });

  test("a disk of somebody else inside the state is refused, and not touched even by who deletes the state", async () => {
    await applyVolume(layout, volume);
    const mounted = join(data, "with space");
    await take();
    await mkdir(mounted);
    await execOrFail(["mount", "-t", "tmpfs", "none", mounted]);
    try {
      await writeFile(join(mounted, "theirs"), "theirs");
      await expect(take(names[1])).rejects.toMatchObject({
        problem: { code: "STATE_FOREIGN", message: expect.stringContaining(mounted) },
      });
      await expect(restore()).rejects.toMatchObject({ problem: { code: "STATE_FOREIGN" } });
      await expect(removeVolume(layout, volume)).rejects.toMatchObject({ problem: { code: "STATE_LEFT" } });
      expect(await readFile(join(mounted, "theirs"), "utf8")).toBe("theirs");
    } finally {
      await execOrFail(["umount", mounted]);
    }
  });

  test("state that somebody moved elsewhere and linked is refused: a copy would be without it", async () => {
    await applyVolume(layout, volume);
    for (const path of [data, join(layout.state, "mail")]) {
      const elsewhere = `${path}.elsewhere`;
      await rename(path, elsewhere);
      await symlink(elsewhere, path);
      const refused = { problem: { code: "STATE_FOREIGN", message: expect.stringContaining(path) } };
      await expect(take()).rejects.toMatchObject(refused);
      await rm(path);
      await rename(elsewhere, path);
    }
    expect(await snapshotsOf(layout, "mail")).toEqual([]);
  });

  test("with the last volume of a service its snapshots go, and nothing is left", async () => {
    const volumes = ["data", "queue", "index"].map((name) => ({ ...volume, id: `volume/mail/store/${name}`, name }));
    await Promise.all(volumes.map((each) => applyVolume(layout, each)));
    await writeFile(join(data, "file"), "x");
    for (const name of names) await take(name);
    await Promise.all(volumes.map((each) => removeVolume(layout, each)));
    expect(await readdir(layout.home)).toEqual(["state"]);
    expect(await readdir(layout.state)).toEqual([]);
  });
});

describe("on btrfs, state that is no subvolume", () => {
  let disk: Disk;
  let layout: SiteLayout;
  let data: string;
  const how = () => ({ layout, service: "mail", report: () => {}, signal: new AbortController().signal });
  const take = (name: string): Promise<Snapshot> => takeState({ ...how(), name, at: 5, atRest: async () => {} });
  beforeAll(async () => {
    disk = await makeDisk("btrfs", 300);
    layout = siteLayout({ root: disk.path, run: join(disk.path, "run") }, "home");
    data = volumeDirectory(layout, volume);
    await mkdir(data, { recursive: true });
    await applyVolume(layout, volume);
    await writeFile(join(data, "database"), Buffer.alloc(megabyte, "x"));
  });
  afterAll(() => disk.end());

  test("is copied where a file in it is out of copy-on-write, and shares its blocks where none is", async () => {
    const odd = join(data, "odd");
    await writeFile(odd, "");
    await execOrFail(["chattr", "+C", odd]);
    await writeFile(odd, Buffer.alloc(megabyte, "y"));
    expect(await take("20261121T080000Z-up")).toMatchObject({ way: "copy" });
    await rm(odd);
    expect(await take(names[0])).toMatchObject({ way: "reflink" });
  });

  test("becomes one when it is put back; in both, a subvolume that somebody made is refused", async () => {
    const before = await everythingOf(join(layout.state, "mail"));
    await refusesNested();
    await writeFile(join(data, "later"), "x");
    await restoreState({ ...how(), name: names[0] });
    expect(await everythingOf(join(layout.state, "mail"))).toBe(before);
    expect(await take(names[1])).toMatchObject({ way: "atomic" });
    await refusesNested();
  });

  const refusesNested = async (): Promise<void> => {
    const refused = { problem: { code: "STATE_FOREIGN", message: expect.stringContaining("a subvolume") } };
    const nested = join(data, "nested");
    await execOrFail(["btrfs", "subvolume", "create", nested]);
    await expect(take("20261121T120000Z-up")).rejects.toMatchObject(refused);
    await expect(restoreState({ ...how(), name: names[0] })).rejects.toMatchObject(refused);
    await execOrFail(["btrfs", "subvolume", "delete", nested]);
  };
});

test("a disk that gets full in the middle of a copy is a problem, and holds what it held", async () => {
  const disk = await makeDisk("ext4", 40, ["-N", "200"]);
  try {
    const layout = siteLayout({ root: disk.path, run: join(disk.path, "run") }, "home");
    await applyVolume(layout, volume);
    const data = volumeDirectory(layout, volume);
    for (let file = 0; file < 120; file++) await writeFile(join(data, `${file}`), "x");
    const before = (await everythingOf(layout.state)).split("\n");
    const how = { layout, service: "mail", report: () => {}, signal: new AbortController().signal };
    const taking = takeState({ ...how, name: names[0], at: 5, atRest: async () => {} });
    await expect(taking).rejects.toMatchObject({ problem: { code: "DISK_FULL" } });
    expect((await everythingOf(layout.state)).split("\n")).toEqual(before);
    expect(await snapshotsOf(layout, "mail")).toEqual([]);
    expect(await readdir(layout.home)).toEqual(["state"]);
  } finally {
    await disk.end();
  }
});

/** One of each thing that a directory can hold. */
async function fillWithOddities(directory: string): Promise<void> {
  const at = (name: string): string => join(directory, name);
  await mkdir(at("deep/er"), { recursive: true });
  await writeFile(at("deep/er/line\nbreak \\ ü"), "text");
  await writeFile(at("one"), "shared");
  await link(at("one"), at("deep/two"));
  await symlink("/nowhere", at("link"));
  await writeFile(at("hole"), "");
  await truncate(at("hole"), 50 * megabyte);
  await writeFile(at("program"), "#!");
  await chown(at("program"), 268_435_456 + 33, 268_435_456 + 12);
  await chmod(at("program"), 0o4750);
  await chmod(at("deep"), 0o2770);
  await execOrFail(["mkfifo", at("pipe")]);
  await execOrFail(["setfattr", "-n", "user.mail", "-v", "seen", at("one")]);
  await execOrFail(["setfattr", "-n", "security.capability", "-v", "0sAQAAAgAEAAAAAAAAAAAAAAAAAAA=", at("program")]);
  await execOrFail(["setfacl", "-m", "u:268436000:rw,d:g:7:r", at("deep")]);
  const socket = "socket(my $s, AF_UNIX, SOCK_STREAM, 0); bind($s, sockaddr_un(shift)) or die $!";
  await execOrFail(["perl", "-MSocket", "-e", socket, at("socket")]);
  await writeFile(at("fixed"), "immutable");
  await execOrFail(["touch", "-d", "2001-02-03 04:05:06.789", at("deep/er"), at("one")]);
  await execOrFail(["chattr", "+i", at("fixed")]);
}

/** All that can be known of a directory, as text. */
async function everythingOf(directory: string): Promise<string> {
  const options = { cwd: directory };
  const outside = await execOrFail(["find", ".", "-printf", "%p %y %m %U:%G %s %n %l %T@\\n"], options);
  const small = await execOrFail(["find", ".", "-size", "+1M", "-printf", "%p %k\\n"], options);
  const attributes = await execOrFail(
    ["getfattr", "--recursive", "--physical", "--no-dereference", "--dump", "--match=-", "."],
    options,
  );
  const inside = await execOrFail(["find", ".", "-type", "f", "-exec", "sha256sum", "--", "{}", "+"], options);
  const sorted = (text: string): string => text.split("\n").sort().join("\n");
  // The size of a directory is the file system's own affair.
  return [
    sorted(outside.replaceAll(/ d (\S+ \S+) \d+ \d+/g, " d $1")),
    sorted(small),
    sorted(attributes),
    sorted(inside),
  ].join("\n");
}
