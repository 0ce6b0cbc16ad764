import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { execOrFail, start } from "../lib/exec.ts";
import { fakeClock } from "../lib/fake-clock.ts";
import { isStopped, startTime } from "../lib/proc.ts";
import { type Holder, holderOf, lock } from "./lock.ts";

describe("the lock", () => {
  let ledger: string;
  beforeEach(async () => {
    ledger = await mkdtemp(join(tmpdir(), "freehold-lock-"));
  });
  afterEach(() => rm(ledger, { recursive: true }));

  const program = (body: string): readonly [string, ...string[]] => [
    process.execPath,
    "--input-type=module",
    "-e",
    `import { lock } from ${JSON.stringify(join(import.meta.dirname, "lock.ts"))};\n${body}`,
    ledger,
  ];

  test("is refused to a second one, who is told by whom, for what and since when", async () => {
    const held = await lock(ledger, "up");
    await expect(lock(ledger, "down")).rejects.toMatchObject({
      problem: {
        code: "LOCKED",
        kind: "waiting",
        message: expect.stringMatching(/got up \(process \d+\) since 2\d+-/),
      },
    });
    await held.release();
    await (await lock(ledger, "down")).release();
  });

  test.each([
    ["is told once whom he waits for", 2000, ["up"]],
    ["is not told of a wait that is over in a moment", 100, []],
  ])("is given to one who waits as soon as it is released, and he %s", async (_what, milliseconds, told) => {
    const held = await lock(ledger, "up");
    const clock = fakeClock();
    const waitedFor: string[] = [];
    clock.at(milliseconds, () => held.release());
    const onWait = ({ what }: Holder) => waitedFor.push(what);
    await (await lock(ledger, "down", { waitMilliseconds: 10_000, onWait, clock })).release();
    expect(waitedFor).toEqual(told);
  });

  test("is waited for as long as the holder deserves", async () => {
    const held = await lock(ledger, "a long work");
    const clock = fakeClock();
    const waitMilliseconds = ({ what }: Holder): number => (what === "a long work" ? 20_000 : 1000);
    clock.at(10_000, () => held.release());
    await (await lock(ledger, "up", { waitMilliseconds, clock })).release();
    await lock(ledger, "a short work");
    await expect(lock(ledger, "up", { waitMilliseconds, clock: fakeClock() })).rejects.toThrow("got a short work");
  });

  test("released twice takes nothing from its next holder", async () => {
    const first = await lock(ledger, "up");
    await first.release();
    const second = await lock(ledger, "down");
    await first.release();
    expect((await holderOf(ledger, "converge"))?.what).toBe("down");
    await second.release();
    expect(await holderOf(ledger, "converge")).toBeUndefined();
  });

  test("of a process that was killed is free at once, and its trace is swept", async () => {
    const child = start(
      program(`await lock(process.argv[1], "up"); console.log("held"); setInterval(() => {}, 1000);`),
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    expect((await holderOf(ledger, "converge"))?.pid).toBe(child.pid);
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGKILL");
    await ended;
    await (await lock(ledger, "up")).release();
    expect(await readdir(join(ledger, "converge"))).toEqual([]);
  });

  test("of a process that was stopped is not waited for to the end: who and what helps is said", async () => {
    const child = start(
      program(`await lock(process.argv[1], "up"); console.log("held"); setInterval(() => {}, 1000);`),
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    child.kill("SIGSTOP");
    while (!(await isStopped(child.pid ?? 0))) await delay(1);
    const clock = fakeClock();
    const began = clock.now();
    const problem = {
      code: "LOCKED",
      message: expect.stringMatching(new RegExp(`got up \\(process ${child.pid}\\) since 2.*, which is stopped$`)),
      hint: `kill -CONT ${child.pid} lets it go on; kill -KILL ${child.pid} ends it, then run this again`,
    };
    await expect(lock(ledger, "down", { waitMilliseconds: 600_000, clock })).rejects.toMatchObject({ problem });
    expect(clock.now() - began).toBeLessThan(10_000);
    await expect(lock(ledger, "down")).rejects.toMatchObject({ problem }); // who does not wait learns it too
    child.kill("SIGKILL");
    await (await lock(ledger, "down", { waitMilliseconds: 5000 })).release();
  });

  test("of a process that does nothing any more is given up after half a minute", async () => {
    const body = `
      await lock(process.argv[1], "up");
      process.stdout.write("held", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));`;
    const child = start(program(body), { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    const clock = fakeClock();
    const began = clock.now();
    await expect(lock(ledger, "down", { waitMilliseconds: 600_000, clock })).rejects.toMatchObject({
      problem: {
        message: expect.stringContaining("which gives no sign of life"),
        hint: expect.stringContaining(`kill -KILL ${child.pid}`),
      },
    });
    expect(clock.now() - began).toBeGreaterThanOrEqual(30_000);
    expect(clock.now() - began).toBeLessThan(60_000);
    child.kill("SIGKILL");
  });

  test("of another run of the machine, or of an earlier process with the same number, holds nothing", async () => {
    await (await lock(ledger, "up")).release();
    const start = await startTime(process.pid);
    await writeFile(join(ledger, "converge", `0-0_${process.pid}_${start}_aa`), "{}");
    const [boot] = (await execOrFail(["cat", "/proc/sys/kernel/random/boot_id"])).split("\n");
    await writeFile(join(ledger, "converge", `${boot}_${process.pid}_1_bb`), "{}");
    await (await lock(ledger, "up")).release();
    expect(await readdir(join(ledger, "converge"))).toEqual([]);
  });

  test("holds also when the text of its claim was cut short", async () => {
    const held = await lock(ledger, "up");
    const [claim = ""] = await readdir(join(ledger, "converge"));
    await writeFile(join(ledger, "converge", claim), "");
    await expect(lock(ledger, "down")).rejects.toMatchObject({ problem: { code: "LOCKED" } });
    await held.release();
  });

  test("is held by one at a time of many who ask in the same moment, and each gets it", async () => {
    let inside = 0;
    let most = 0;
    const ask = async (): Promise<void> => {
      const held = await lock(ledger, "up", { waitMilliseconds: 30_000 });
      inside += 1;
      most = Math.max(most, inside);
      await delay(2);
      inside -= 1;
      await held.release();
    };
    for (let round = 0; round < 3; round += 1) await Promise.all(Array.from({ length: 6 }, ask));
    expect(most).toBe(1);
  }, 60_000);

  test("of the supervisor and of changes are two", async () => {
    const one = await lock(ledger, "supervise", { of: "supervisor" });
    const other = await lock(ledger, "up");
    await Promise.all([one.release(), other.release()]);
  });

  test("is never held by two, however many processes run for it and die in between", async () => {
    const body = `
      import { open, rm } from "node:fs/promises";
      const [, ledger] = process.argv;
      for (let round = 0; round < 6; round++) {
        const held = await lock(ledger, "round", { waitMilliseconds: 60_000 });
        await (await open(ledger + "/inside", "wx")).close();
        await new Promise((resolve) => setTimeout(resolve, 3));
        await rm(ledger + "/inside");
        if (round === 5) process.kill(process.pid, "SIGKILL");
        await held.release();
      }`;
    const children = Array.from({ length: 4 }, () => start(program(body), { stdio: ["ignore", "ignore", "pipe"] }));
    const ends = await Promise.all(
      children.map(async (child) => {
        let words = "";
        child.stderr?.setEncoding("utf8").on("data", (text: string) => {
          words += text;
        });
        return new Promise<string>((resolve) => child.once("close", (_code, signal) => resolve(`${signal}${words}`)));
      }),
    );
    expect(ends).toEqual(ends.map(() => "SIGKILL"));
  }, 60_000);
});
