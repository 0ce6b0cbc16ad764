import { type FSWatcher, watch } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isErrno } from "../../lib/fs.ts";
import type { SiteLayout } from "../layout.ts";
import type { Changed } from "../provider.ts";
import { secretsDirectory } from "./secret.ts";
import { aborted, unseen } from "./unseen.ts";

/** At most so many directories are watched; what is in others is seen when everything is looked at. */
const most = 4096;

/** Milliseconds until what came and went is looked up again. */
const pause = 200;

/** Milliseconds after which that is done anyhow: nobody tells of what is mounted. */
const rhythm = 60_000;

/** What is watched, and who is told. */
export type Watched = {
  readonly site: string;
  readonly layout: SiteLayout;
  /** Where Podman keeps its networks, a file each. */
  readonly networks: string;
  readonly post: (what: Changed) => void;
};

/** One that is there; what is mounted over it has another `inode`. */
type Found = { readonly place: Place; readonly inode: string };

/** One directory: what it means that something in it changes. `names`: only what comes and goes counts, not what is in it. */
type Place = {
  readonly what: Changed;
  readonly levels: number;
  readonly by: "names" | "content";
  readonly only?: (name: string) => boolean;
};

/**
 * Tells whenever something is changed in the directories that freehold writes: files, certificates, open secrets, the marks and directories of
 * state (never what services keep in them), the record of the firewall, and Podman's networks. See inotify(7).
 * Problem: `CHANGES_UNSEEN` when the machine gives no more watches.
 */
export async function watchDirectories({ site, layout, networks, post }: Watched, signal: AbortSignal): Promise<void> {
  const roots = new Map<string, Place>([
    [layout.home, { what: "state", levels: 1, by: "names" }],
    [layout.state, { what: "state", levels: 3, by: "names" }],
    [layout.files, { what: "file", levels: 64, by: "content" }],
    [layout.certificates, { what: "file", levels: 64, by: "content" }],
    [layout.partCertificates, { what: "file", levels: 64, by: "content" }],
    [secretsDirectory(layout), { what: "file", levels: 64, by: "content" }],
    [layout.run, { what: "firewall", levels: 1, by: "names", only: (name) => name === "firewall.json" }],
    [networks, { what: "network", levels: 1, by: "names", only: (name) => name.startsWith(`${site}.`) }],
    [dirname(networks), { what: "network", levels: 1, by: "names", only: (name) => name === basename(networks) }],
  ]);
  const watchers = new Map<string, { readonly watcher: FSWatcher; readonly inode: string }>();
  let broken: unknown;
  let stop = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let timer: NodeJS.Timeout | undefined;

  const forget = (path: string): void => {
    watchers.get(path)?.watcher.close();
    watchers.delete(path);
  };
  const open = (path: string, { place: { what, by, only }, inode }: Found): void => {
    const watcher = watch(path, { persistent: false });
    watcher.on("error", () => watcher.close());
    watcher.on("change", (kind, name) => {
      timer ??= setTimeout(again, pause).unref();
      // it went itself, and another may get its number
      if (kind === "rename" && name === basename(path)) forget(path);
      if (by === "names" && kind !== "rename") return;
      if (only === undefined || only(String(name ?? ""))) post(what);
    });
    watchers.set(path, { watcher, inode });
  };
  const scan = async (): Promise<void> => {
    const found = new Map<string, Found>();
    for (const [path, place] of roots) await below(path, place, place.levels, found);
    for (const [path, { inode }] of watchers) if (found.get(path)?.inode !== inode) forget(path);
    for (const [path, each] of found) {
      if (!watchers.has(path) && !signal.aborted) openIfThere(path, each, open);
    }
  };
  const again = (): void => {
    timer = undefined;
    scan().catch((cause: unknown) => {
      broken = cause;
      stop();
    });
  };
  const interval = setInterval(again, rhythm).unref();
  try {
    await scan();
    await Promise.race([stopped, aborted(signal)]);
    if (broken !== undefined) unseen("files", broken);
  } catch (thrown) {
    unseen("files", thrown);
  } finally {
    clearTimeout(timer);
    clearInterval(interval);
    for (const { watcher } of watchers.values()) watcher.close();
  }
}

/** Notes a directory and those in it, so many levels of them. */
async function below(path: string, place: Place, levels: number, found: Map<string, Found>): Promise<void> {
  if (levels === 0 || found.size >= most) return;
  const inside = await look(path);
  if (inside === undefined) return;
  found.set(path, { place, inode: inside.inode });
  for (const name of levels === 1 ? [] : inside.names) await below(join(path, name), place, levels - 1, found);
}

/** A directory's own number and the directories in it; undefined when it is not there. */
async function look(path: string): Promise<{ readonly inode: string; readonly names: readonly string[] } | undefined> {
  try {
    const [{ dev, ino }, entries] = await Promise.all([lstat(path), readdir(path, { withFileTypes: true })]);
    return { inode: `${dev} ${ino}`, names: entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])) };
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return undefined;
    throw thrown;
  }
}

function openIfThere(path: string, found: Found, open: (path: string, found: Found) => void): void {
  try {
    open(path, found);
  } catch (thrown) {
    if (!isErrno(thrown, "ENOENT", "ENOTDIR")) throw thrown; // it went while we looked
  }
}
