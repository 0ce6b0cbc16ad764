import { mkdtemp, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execOrFail } from "../../src/lib/exec.ts";
import { listAt, numberAt, parseJson, textAt } from "../../src/lib/json.ts";
import { cache } from "../../test/world/images.ts";
import { timeOf } from "../repeat.ts";
import { megabytes, milliseconds, type Row } from "../row.ts";
import { amountText } from "../table.ts";

const build = resolve(import.meta.dirname, "../../test/world/build-images.ts");

/** Every image that freehold maintains, from nothing: the base system, the packages, the compiler that one of them needs. */
export async function imageRows(): Promise<readonly Row[]> {
  const directory = await mkdtemp(join(cache, "bench-"));
  try {
    const places = [directory, join(directory, "root"), join(directory, "run")];
    const took = await timeOf(() => execOrFail([process.execPath, build, ...places], { timeout: 900_000 }));
    const sizes = await sizesIn(directory);
    const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
    return [
      {
        figure: "images of all six services and the front door, from nothing",
        measured: milliseconds(took),
        bound: { at: "most", amount: milliseconds(300_000) },
        notes: [
          sizes.map(([name, bytes]) => `${name} ${amountText(megabytes(bytes))}`).join(", "),
          `${amountText(megabytes(total))} if each stood alone; the base is shared`,
        ],
      },
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The maintained images of a storage by name, with all their layers. */
async function sizesIn(directory: string): Promise<readonly (readonly [name: string, bytes: number])[]> {
  const settings = (name: string): string => join(directory, "run/podman", `${name}.conf`);
  const env = {
    ...process.env,
    CONTAINERS_CONF: settings("containers"),
    CONTAINERS_STORAGE_CONF: settings("storage"),
    PODMAN_IGNORE_CGROUPSV1_WARNING: "1",
  };
  const stdout = await execOrFail(["podman", "images", "--format", "json"], { env });
  const found = listAt(parseJson(stdout)).flatMap((image) => {
    const [, name] = /^localhost\/freehold\/([a-z-]+):/.exec(textAt({ name: listAt(image, "Names")[0] }, "name")) ?? [];
    return name === undefined ? [] : [[name, numberAt(image, "Size")] as const];
  });
  return found.toSorted(([a], [b]) => a.localeCompare(b));
}
