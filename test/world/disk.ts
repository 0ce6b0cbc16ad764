import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execOrFail, start } from "../../src/lib/exec.ts";

/** File systems that a machine's disk may have, and how they are made. */
const makers = {
  btrfs: ["mkfs.btrfs", "--quiet"],
  xfs: ["mkfs.xfs", "-q"],
  ext4: ["mkfs.ext4", "-q"],
} as const;

/** A disk of a test's own. */
export type Disk = { readonly path: string; end(): Promise<void> };

/**
 * Makes a disk in a file and mounts it. Whoever holds it unmounts it and takes it away when our end of the pipe closes, which also happens when
 * this process is killed; the kernel gives the loop device back then.
 */
export async function makeDisk(
  kind: keyof typeof makers,
  megabytes: number,
  flags: readonly string[] = [],
): Promise<Disk> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-disk-"));
  const [image, path] = [join(directory, "image"), join(directory, "disk")];
  await mkdir(path);
  await execOrFail(["truncate", `--size=${megabytes}M`, image]);
  await execOrFail([...makers[kind], ...flags, image]);
  const script =
    'mount -o loop "$1" "$2" && echo mounted && cat > /dev/null; umount "$2" || umount -l "$2"; rm -rf "$3"';
  const holder = start(["sh", "-c", script, "sh", image, path, directory], {
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const gone = once(holder, "exit");
  const isMounted = once(holder.stdout ?? holder, "data");
  if ((await Promise.race([isMounted, gone]))[0]?.toString() !== "mounted\n") {
    await rm(directory, { recursive: true, force: true });
    throw new Error(`expected a disk with ${kind}, got none: is this root, with loop devices?`);
  }
  return {
    path,
    end: async () => {
      holder.stdin?.end();
      await gone;
    },
  };
}
