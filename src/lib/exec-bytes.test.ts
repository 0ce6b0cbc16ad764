import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { exec } from "./exec.ts";
import { execBytes } from "./exec-bytes.ts";
import { problemOf } from "./problem.ts";

const env = { PATH: process.env.PATH ?? "" };
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no problem",
    (thrown: unknown) => problemOf(thrown).code,
  );

test("what a program prints comes whole, byte for byte, whatever it is", async () => {
  const input = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
  const { code, stdout } = await execBytes(["cat"], { env, input });
  expect(code).toBe(0);
  expect(stdout.equals(input)).toBe(true);
});

test("pieces come one after the other, and the program waits for whoever takes them", async () => {
  let inside = 0;
  let taken = 0;
  await execBytes(["head", "-c", "300000", "/dev/zero"], {
    env,
    onBytes: async (bytes) => {
      inside += 1;
      expect(inside).toBe(1);
      await delay(1);
      taken += bytes.length;
      inside -= 1;
    },
  });
  expect(taken).toBe(300_000);
});

test("more than was allowed is a problem, never a part that looks like all", async () => {
  expect(await codeOf(execBytes(["head", "-c", "5000", "/dev/zero"], { env, most: 4999 }))).toBe(
    "PROGRAM_OUTPUT_LARGE",
  );
});

test("when its time is over, all that it started ends with it", async () => {
  const word = `4${process.pid}.125`;
  const work = execBytes(["sh", "-c", `sleep ${word} & sleep ${word}; true`], { env, timeout: 200 });
  expect(await codeOf(work)).toBe("PROGRAM_TIMEOUT");
  await delay(50);
  expect((await exec(["pgrep", "-f", `sleep ${word}`])).stdout).toBe("");
});

test("a person who interrupts ends it", async () => {
  expect(await codeOf(execBytes(["sleep", "60"], { env, signal: AbortSignal.timeout(100) }))).toBe("PROGRAM_STOPPED");
  expect(await codeOf(execBytes(["sleep", "60"], { env, signal: AbortSignal.abort() }))).toBe("PROGRAM_STOPPED");
});

test("a program that is not there is named", async () => {
  const work = execBytes(["freehold-no-such-program"], { env });
  await expect(work).rejects.toMatchObject({
    problem: { code: "PROGRAM_MISSING", message: expect.stringContaining("freehold-no-such-program") },
  });
});

test("it sees the variables that it is given and no others", async () => {
  const { stdout } = await execBytes(["env"], { env: { ...env, ONLY: "this" } });
  expect(stdout.toString().trim().split("\n").sort()).toEqual([`ONLY=this`, `PATH=${env.PATH}`]);
});

test("who takes the pieces and fails, ends it", async () => {
  const work = execBytes(["yes"], {
    env,
    onBytes: async () => {
      throw new Error("disk full");
    },
  });
  await expect(work).rejects.toThrow("disk full");
});
