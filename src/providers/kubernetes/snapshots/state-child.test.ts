import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StateAnswer, StateTask } from "./state-child.ts";

const program = fileURLToPath(new URL("./state-child.ts", import.meta.url));
const count = 5;

describe("the program that copies a volume of state", { timeout: 30_000 }, () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "freehold-state-"));
    for (const each of ["state", "snapshots"]) await mkdir(join(directory, each));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const run = async (task: StateTask): Promise<StateAnswer> => {
    const child = spawn(process.execPath, ["--no-warnings", program], {
      stdio: "inherit",
      env: {
        PATH: process.env.PATH,
        FREEHOLD_TASK: JSON.stringify(task),
        FREEHOLD_STATE: join(directory, "state"),
        FREEHOLD_SNAPSHOTS: join(directory, "snapshots"),
        FREEHOLD_ANSWER: join(directory, "answer"),
      },
    });
    await once(child, "close");
    return JSON.parse(await readFile(join(directory, "answer"), "utf8"));
  };
  const write = async (text: string, extra: readonly string[] = []): Promise<void> => {
    const names = [...Array.from({ length: count }, (_, index) => `file-${index}`), ...extra];
    for (const name of names) await writeFile(join(directory, "state", name), text);
  };
  const holds = async (text: string): Promise<boolean> => {
    const names = await readdir(join(directory, "state"));
    const texts = await Promise.all(names.map((name) => readFile(join(directory, "state", name), "utf8")));
    return names.length === count && texts.every((each) => each === text);
  };

  test("brings back exactly what was taken, and counts it", async () => {
    await write("before");
    expect((await run({ take: "one" })).bytes).toBeGreaterThan(count);
    await write("after", ["later"]);
    expect((await run({ stage: "one", move: true })).problem).toBeUndefined();
    expect(await holds("before")).toBe(true);
  });

  /** Lays things into the state's directory as a process that was killed left them. */
  const leave = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(directory, "state", path, ".."), { recursive: true });
      await writeFile(join(directory, "state", path), text);
    }
  };
  const beside = ".freehold-restore";
  test.each([
    ["before all was laid ready, the state stays", { a: "after", b: "after", [`${beside}/next/a`]: "before" }, "after"],
    [
      "while the old went away, the new comes",
      {
        b: "after",
        [`${beside}/ready`]: "",
        [`${beside}/old/a`]: "after",
        [`${beside}/next/a`]: "before",
        [`${beside}/next/b`]: "before",
      },
      "before",
    ],
    [
      "while the new came, the rest comes",
      {
        a: "before",
        [`${beside}/ready`]: "",
        [`${beside}/away`]: "",
        [`${beside}/old/a`]: "after",
        [`${beside}/next/b`]: "before",
      },
      "before",
    ],
    ["when all had come, only what is left goes", { a: "before", b: "before", [`${beside}/old/a`]: "after" }, "before"],
  ] as const)("cut off %s", async (_, files, text) => {
    await leave(files);
    expect((await run({ move: true })).problem).toBeUndefined();
    expect((await readdir(join(directory, "state"))).sort()).toEqual(["a", "b"]);
    for (const name of ["a", "b"]) expect(await readFile(join(directory, "state", name), "utf8")).toBe(text);
  });

  test("takes away copies that nobody knows, and no others", async () => {
    await write("before");
    for (const name of ["one", "two"]) await run({ take: name });
    await run({ keep: ["two"], take: "four" });
    expect((await readdir(join(directory, "snapshots"))).sort()).toEqual(["four", "two"]);
  });

  test("says what is wrong, and leaves no half copy", async () => {
    expect(await run({ stage: "none", move: true })).toMatchObject({ problem: "SNAPSHOT_FAILED" });
    await write("before");
    await rm(join(directory, "snapshots"), { recursive: true });
    await writeFile(join(directory, "snapshots"), "");
    expect(await run({ take: "one" })).toMatchObject({ problem: "SNAPSHOT_FAILED" });
    expect(await holds("before")).toBe(true);
  });
});
