import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { start } from "./exec.ts";
import { isAlive, isStopped, readProc, startTime } from "./proc.ts";

describe("a process", () => {
  test("is alive as long as its number and its start are the same", async () => {
    const started = await startTime(process.pid);
    expect(started).toBeGreaterThan(0);
    expect(await isAlive({ pid: process.pid, startTime: started ?? 0 })).toBe(true);
    expect(await isAlive({ pid: process.pid, startTime: (started ?? 0) - 1 })).toBe(false);
  });

  test("whose name has brackets and spaces is read right", async () => {
    const name = "a) S 1 (b";
    const child = start(
      [process.execPath, "-e", `process.title = ${JSON.stringify(name)}; console.log(1); setInterval(() => {}, 1000)`],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    if (child.stdout !== null) await once(child.stdout, "data");
    const pid = child.pid ?? 0;
    const [own, its] = [await startTime(process.pid), await startTime(pid)];
    expect((await readProc(`/proc/${pid}/comm`))?.trim()).toBe(name);
    expect(its).toBeGreaterThanOrEqual(own ?? 0);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await isAlive({ pid, startTime: its ?? 0 })).toBe(false);
  });

  test("is stopped from the signal that stops it to the one that lets it go on", async () => {
    const child = start(["sleep", "30"]);
    await once(child, "spawn");
    const pid = child.pid ?? 0;
    expect(await isStopped(pid)).toBe(false);
    child.kill("SIGSTOP");
    while (!(await isStopped(pid))) await startTime(pid);
    child.kill("SIGCONT");
    while (await isStopped(pid)) await startTime(pid);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await isStopped(pid)).toBe(false);
  });

  test("that ended but was not collected is not alive", async () => {
    const parent = start(["bash", "-c", "exec 3>&1; (exec 1>&3; echo $BASHPID) & exec sleep 30"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [text] = parent.stdout === null ? [""] : await once(parent.stdout, "data");
    const pid = Number(String(text));
    while (!/^State:\tZ/m.test((await readProc(`/proc/${pid}/status`)) ?? "State:\tZ")) await startTime(pid);
    expect(await startTime(pid)).toBeUndefined();
    parent.kill("SIGKILL");
    await once(parent, "exit");
  });

  test("that never was has no start", async () => {
    expect(await startTime(2 ** 30)).toBeUndefined();
  });
});
