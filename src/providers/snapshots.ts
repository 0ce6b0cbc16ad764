import type { ApplyContext } from "./apply-context.ts";

/**
 * How a copy of a service's state comes about. `atomic`: by the file system, of one moment, in no time. `reflink`: file by file,
 * blocks shared until written. `copy`: every byte.
 */
export type SnapshotWay = "atomic" | "reflink" | "copy";

/** What a snapshot would take, estimated: bytes of disk beyond what is there, and milliseconds. */
export type SnapshotCost = { readonly way: SnapshotWay; readonly bytes: number; readonly milliseconds: number };

/** A whole copy of a service's state, all its parts and volumes. */
export type Snapshot = {
  readonly service: string;
  /** `YYYYMMDDTHHMMSSZ-COMMIT7`, or `-` and another word. Newer ones sort later. */
  readonly name: string;
  /** When it was begun, in milliseconds since the epoch. */
  readonly at: number;
  readonly way: SnapshotWay;
  /** The size of the data in it; absent until it is counted, which `prune` does, and where counting takes too long. */
  readonly bytes?: number;
};

/**
 * Copies of the state of one service at a time, taken before it is changed and put back when that goes wrong.
 *
 * - Who calls `take`, `restore`, `remove` or `prune` holds the site's lock; `cost` and `list` change nothing and may be called at any time.
 * - Killed at any instant, a `take` leaves nothing that is listed, and a `restore` leaves the state as it was or as it is to be: the
 *   next call completes it. A full disk leaves everything as it was.
 * - What is on the disk of others is never part of it: a mount or a foreign subvolume inside the state is the problem
 *   `STATE_FOREIGN`, for both.
 */
export type Snapshots = {
  /** What `take` would cost now. Problem: `STATE_NONE`. */
  cost(site: string, service: string): Promise<SnapshotCost>;
  /**
   * Resolves when the copy is on the disk for good. One of that name that is there already is returned as it is. Unless the way is
   * `atomic`, no container that has the state may run. Problems: `STATE_NONE`, `STATE_IN_USE`, `STATE_FOREIGN`, `SNAPSHOT_NO_ROOM`,
   * `DISK_FULL`, `SNAPSHOT_FAILED`.
   */
  take(site: string, service: string, name: string, context: ApplyContext): Promise<Snapshot>;
  /**
   * Puts the state as it was then in the place of what is there now, which is gone. The snapshot stays. Volumes that came later are no
   * longer there. No container that has the state may run. Problems: `SNAPSHOT_UNKNOWN`, and those of `take`.
   */
  restore(site: string, service: string, name: string, context: ApplyContext): Promise<void>;
  /** Every whole snapshot of a site, by service, the newest first. */
  list(site: string): Promise<readonly Snapshot[]>;
  /** Resolves also when it is gone already. */
  remove(site: string, service: string, name: string): Promise<void>;
  /**
   * Removes what {@link outdated} says, and counts what is in the others. To be called when a change is over: before, it may need an
   * old one, and has no time.
   */
  prune(site: string, service: string): Promise<void>;
};

/** So many snapshots of a service are kept, and for so many milliseconds. */
const kept = { count: 5, milliseconds: 30 * 24 * 3_600_000 };

/** Those of one service's snapshots that have had their time: all but the newest five, and the newest whatever its age. */
export function outdated(snapshots: readonly Snapshot[], now: number): readonly Snapshot[] {
  const newest = [...snapshots].sort((a, b) => b.at - a.at || (a.name < b.name ? 1 : -1));
  return newest.filter(({ at }, index) => index >= kept.count || (index > 0 && now - at > kept.milliseconds));
}

/** Whether a text can name a snapshot: it is also the name of a directory. */
export function isSnapshotName(name: string): boolean {
  return /^\d{8}T\d{6}Z-[a-z0-9][a-z0-9-]{0,39}$/.test(name);
}

/** The name of a snapshot that is begun at a time, for a commit or another word. */
export function snapshotName(at: number, word: string): string {
  const time = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return `${time}-${/^[0-9a-f]{40,64}$/.test(word) ? word.slice(0, 7) : word}`;
}
