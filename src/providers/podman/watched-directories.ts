import { type FSWatcher, watch } from "node:fs";
import { readdir } from "node:fs/promises";
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

/** What is watched, and who is told. */
export type Watched = {
  readonly site: string;
  readonly layout: SiteLayout;
  /** Where Podman keeps its networks, a file each. */
  readonly networks: string;
  readonly post: (what: Changed) => void;
};

/** One directory: what it means that something in it changes. `names`: only what comes and goes counts, not what is in it. */
type Place = {
  readonly what: Changed;
  readonly levels: number;
  readonly by: "names" | "content";
  readonly only?: string;
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
  const watchers = new Map<string, FSWatcher>();
  let broken: unknown;
  let stop = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let timer: NodeJS.Timeout | undefined;

  const open = (path: string, { what, by, only }: Place): void => {
    const watcher = watch(path, { persistent: false });
    watcher.on("error", () => watcher.close());
    watcher.on("change", (kind, name) => {
      timer ??= setTimeout(again, pause).unref();
      if (by === "names" && kind !== "rename") return;
      if (only === undefined || only(name ?? "")) post(what);
    });
    watchers.set(path, watcher);
  };
  const scan = async (): Promise<void> => {
    const found = new Map<string, Place>();
    for (const [path, place] of roots) await below(path, place, place.levels, found);
    for (const [path, watcher] of watchers) {
      if (found.has(path)) continue;
      watcher.close();
      watchers.delete(path);
    }
    for (const [path, place] of found) {
      if (!watchers.has(path) && !signal.aborted) openIfThere(path, place, open);
    }
  };
  const again = (): void => {
    timer = undefined;
    scan().catch((cause: unknown) => {
      broken = cause;
      stop();
    });
  };
  try {
    await scan();
    await Promise.race([stopped, aborted(signal)]);
    if (broken !== undefined) unseen("files", broken);
  } catch (thrown) {
    unseen("files", thrown);
  } finally {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
  }
}

/** Notes a directory and those in it, so many levels of them. */
async function below(path: string, place: Place, levels: number, found: Map<string, Place>): Promise<void> {
  if (levels === 0 || found.size >= most) return;
  const entries = await directoriesIn(path);
  if (entries === undefined) return;
  found.set(path, place);
  for (const name of levels === 1 ? [] : entries) await below(join(path, name), place, levels - 1, found);
}

async function directoriesIn(path: string): Promise<readonly string[] | undefined> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return undefined;
    throw thrown;
  }
}

function openIfThere(path: string, place: Place, open: (path: string, place: Place) => void): void {
  try {
    open(path, place);
  } catch (thrown) {
    if (!isErrno(thrown, "ENOENT", "ENOTDIR")) throw thrown; // it went while we looked
  }
}
