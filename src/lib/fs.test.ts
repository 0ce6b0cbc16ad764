import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { start } from "./exec.ts";
import { sweepUnfinished, writeAtomically } from "./fs.ts";
import { startTime } from "./proc.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-fs-"));
});
afterEach(() => rm(directory, { recursive: true }));

const file = (): string => join(directory, "a.json");

describe("writing at once", () => {
  test("leaves the file alone in its directory, with the last content, however many write", async () => {
    await Promise.all(["one", "two", "three"].map((text) => writeAtomically(file(), text)));
    expect(await readdir(directory)).toEqual(["a.json"]);
    expect(["one", "two", "three"]).toContain(await readFile(file(), "utf8"));
  });

  test("sweeps what a writer that was killed has left, of this file alone, and nothing of one that lives", async () => {
    const dead = `1-${((await startTime(1)) ?? 0) + 1}-00112233aabb.new`;
    const alive = `${process.pid}-${await startTime(process.pid)}-00112233aabb.new`;
    const kept = [`a.json.${alive}`, `b.json.${dead}`, `xa.json.${dead}`, "a.json.mine.new", "a.json.new"];
    for (const name of [...kept, `a.json.${dead}`]) await writeFile(join(directory, name), "");
    await writeAtomically(file(), "text");
    expect(await readdir(directory)).toEqual(["a.json", ...kept].sort());
  });

  test("of a process that is killed at any moment leaves the old or a new content, and nothing after a sweep", async () => {
    const body = `
      import { writeAtomically } from ${JSON.stringify(join(import.meta.dirname, "fs.ts"))};
      for (let round = 0; ; round += 1) {
        await writeAtomically(process.argv[1], String(round).padEnd(1_000_000, "."));
        if (round === 0) console.log("begun");
      }`;
    for (const after of [0, 3, 7]) {
      const child = start([process.execPath, "--input-type=module", "-e", body, file()], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await new Promise((resolve) => child.stdout?.once("data", resolve));
      await new Promise((resolve) => setTimeout(resolve, after));
      child.kill("SIGKILL");
      await ended;
      expect((await readFile(file(), "utf8")).length).toBe(1_000_000);
      await sweepUnfinished(file());
      expect(await readdir(directory)).toEqual(["a.json"]);
    }
  });
});

test("what is not there has nothing unfinished", async () => {
  await sweepUnfinished(join(directory, "no/such/file"));
});
