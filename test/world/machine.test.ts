import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { start } from "../../src/lib/exec.ts";
import { createMachine, endMachines, type Machine } from "./machine.ts";
import { addresses } from "./network.ts";
import { eventually } from "./wait.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await createMachine({ names: ["blog.home.test"] });
});
afterAll(endMachines);

describe("a test machine", () => {
  test("has a cable to the internet and one to a home network, and both see its true address", async () => {
    const internet = await machine.exec(["curl", "-s", `http://${addresses.internet}/`]);
    const neighbour = await machine.exec(["curl", "-s", `http://${addresses.neighbour}:9100/`]);
    expect(internet.stdout).toBe(`outside ${addresses.internet}:80 saw ${addresses.machine}\n`);
    expect(neighbour.stdout).toBe(`outside ${addresses.neighbour}:9100 saw ${addresses.machineAtHome}\n`);
  });

  test("resolves the names of its site to itself and every other name to somewhere outside", async () => {
    const names = await machine.exec(["getent", "ahostsv4", "blog.home.test", "example.org"]);
    expect(names.stdout).toMatch(/^127\.0\.0\.1 +STREAM/);
    expect(names.stdout).toContain(addresses.internet);
  });

  test("sees only its own processes and is seen by no other machine", async () => {
    const processes = await machine.exec(["ps", "-eo", "args="]);
    expect(processes.stdout).toContain("init.sh");
    expect(processes.stdout).not.toContain("vitest");
  });

  test("keeps its disk and nothing else through a power cut", async () => {
    const { pid } = await machine.start(["sleep", "600"]);
    await writeFile(join(machine.disk, "kept"), "");
    await machine.exec(["touch", "/run/forgotten"]);
    await machine.cutPower();
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    await machine.boot();
    const left = await machine.exec(["ls", "-d", join(machine.disk, "kept"), "/run/forgotten"]);
    expect(left.stdout).toBe(`${join(machine.disk, "kept")}\n`);
  });

  test("leaves no process and no file behind", async () => {
    const other = await createMachine();
    const first = other.pid();
    const { pid } = await other.start(["sh", "-c", "setsid sleep 600"]);
    await other.end();
    expect([first, pid].filter((one) => existsSync(`/proc/${one}`))).toEqual([]);
    expect(existsSync(other.disk)).toBe(false);
  });

  test("whose test process was killed ends by itself, and the next machine takes its disk away", async () => {
    const module = join(import.meta.dirname, "machine.ts");
    const script = `import("${module}").then(async ({ createMachine }) => {
      const machine = await createMachine();
      console.log(JSON.stringify({ disk: machine.disk, pid: machine.pid() }));
    })`;
    const child = start([process.execPath, "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = child.stdout === null ? [] : await once(child.stdout, "data");
    const { disk, pid }: { disk: string; pid: number } = JSON.parse(String(line));
    expect([existsSync(disk), existsSync(`/proc/${pid}`)]).toEqual([true, true]);
    const gone = once(child, "close");
    child.kill("SIGKILL");
    await gone;
    await eventually("its first process to end", async () => (existsSync(`/proc/${pid}`) ? undefined : true));
    await createMachine();
    expect(existsSync(disk)).toBe(false);
  });
});
