import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningContainer, runningContainer, runningContainers } from "../world/containers.ts";
import { checkout, endMachines } from "../world/machine.ts";
import { createLab, type TestSite } from "../world/site.ts";
import { eventually } from "../world/wait.ts";

const pair = `
parts:
  server:
    build: images/probe
    port: 8080
    state: {data: /data}
  worker:
    build: images/probe
    command: [serve, 9000]
    port: 9000
    health: {path: /, every: 1s, timeout: 1s, within: 10m}
expose: [{host: echo.lab.test, to: public, part: server}]
`;
const freehold = join(checkout, "bin/freehold");
let lab: TestSite;

beforeAll(async () => {
  lab = await createLab({ "services/pair.yaml": pair, "services/alpha.yaml": "build: images/probe\nport: 8080\n" });
  await lab.mustUp();
});
afterAll(endMachines);

describe("the supervisor", () => {
  test("brings one killed part back, while its sibling and everything else keep their processes", async () => {
    const before = await runningContainers(lab.machine);
    const worker = await runningContainer(lab.machine, "lab.pair.worker");
    process.kill(worker.pid, "SIGKILL");
    const back = await eventually("the worker to come back", () => otherProcess(worker));
    expect(back.id).toBe(worker.id);
    const after = await runningContainers(lab.machine);
    for (const [name, container] of before) {
      if (name !== worker.name) expect(after.get(name)).toEqual(container);
    }
    const restarts = async (): Promise<readonly [string, number][]> => {
      const parts = (await lab.status()).services.find(({ name }) => name === "pair")?.parts ?? [];
      return parts.map((part) => [part.name, part.restarts]);
    };
    await eventually("the restart to be counted", async () => ((await restarts())[1]?.[1] === 1 ? true : undefined));
    expect(await restarts()).toEqual([
      ["server", 0],
      ["worker", 1],
    ]);
  });

  test("names the part that fails, however short a time ago it was started", async () => {
    await eventually("the worker to have answered", workerHasAnswered);
    const worker = await runningContainer(lab.machine, "lab.pair.worker");
    process.kill(worker.pid, "SIGSTOP");
    const state = await eventually("the worker to be seen as unhealthy", async () => {
      const parts = (await lab.status()).services.find(({ name }) => name === "pair")?.parts;
      const stuck = parts?.find(({ name }) => name === "worker");
      return stuck?.state === "unhealthy" ? parts : undefined;
    });
    expect(state.find(({ name }) => name === "server")?.state).toBe("healthy");
    await eventually("the stuck worker to be replaced by a new process", () => otherProcess(worker), 90_000);
  });

  test("lets a part that fails again and again wait longer each time", async () => {
    await lab.write({ "services/beta.yaml": "build: images/probe\nport: 8080\ncommand: [nonsense]\n" });
    const { code, stdout, stderr } = await lab.up();
    expect(code).toBe(1);
    expect(stdout + stderr).toContain("KeyError: 'nonsense'");
    await lab.write({ "services/beta.yaml": undefined });
    await lab.mustUp();
  });
});

describe("after a power cut", () => {
  test("everything comes back by itself, with its data, and a second plan is empty", async () => {
    await lab.must(["exec", "pair/server", "--", "sh", "-c", "echo kept > /data/kept; sync"]);
    await lab.machine.cutPower();
    await lab.machine.boot();
    await startSupervisor();
    await eventually(
      "the front door to answer",
      async () => {
        const { stdout } = await lab.curl(["-o", "/dev/null", "-w", "%{http_code}", "https://echo.lab.test/"]);
        return stdout === "200" ? true : undefined;
      },
      60_000,
    );
    await eventually("every service to be healthy", async () =>
      (await lab.status()).services.every(({ state }) => state === "healthy") ? true : undefined,
    );
    expect(await readFile(join(lab.machine.root, "sites/lab/state/pair/server/data/kept"), "utf8")).toBe("kept\n");
    await lab.must(["plan"]);
    await lab.must(["prove"]);
  });
});

describe("a supervisor that was stopped", () => {
  test("is told of by up, status and down, none of which waits long for it", async () => {
    const pid = (await lab.machine.exec(["pgrep", "-f", "controller/main.ts --site-name lab"])).stdout.trim();
    await lab.machine.exec(["kill", "-STOP", pid]);
    const began = Date.now();
    expect((await lab.up()).stdout.replaceAll(/\s+/g, " ")).toContain(
      `process ${pid} is stopped, and kill -CONT ${pid} lets it`,
    );
    expect(await lab.must(["status"])).toContain("Nobody watches over it");
    const { code, stderr } = await lab.machine.freehold(["down", "--yes"]);
    expect(code).toBe(0);
    expect(stderr).toContain(`kill -KILL ${pid} ends it`);
    expect(Date.now() - began).toBeLessThan(30_000);
    await lab.machine.exec(["kill", "-CONT", pid]);
    await eventually("the supervisor to end", async () =>
      (await lab.machine.exec(["test", "-d", `/proc/${pid}`])).code === 0 ? undefined : true,
    );
  });

  test("in the middle of its work is named, with what helps, to who waits for it", async () => {
    await lab.mustUp();
    const claims = join(lab.machine.root, "sites/lab/ledger/converge");
    await lab.machine.exec(["sh", "-c", "kill -KILL $(pgrep -f 'controller/main.ts --site-name lab')"]);
    await startSupervisor();
    const claim = await eventually("the supervisor to hold the lock", async () => (await readdir(claims))[0], 5000);
    const pid = claim.split("_")[1] ?? "";
    await lab.machine.exec(["kill", "-STOP", pid]);
    const began = Date.now();
    const { code, stderr } = await lab.machine.freehold(["down", "--yes"]);
    expect(Date.now() - began).toBeLessThan(30_000);
    expect(code).toBe(11);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(`kill -CONT ${pid} lets it go on`);
    await lab.machine.exec(["kill", "-CONT", pid]);
    await lab.must(["down", "--yes"]);
  });
});

test("the supervisor takes along nothing of who ran up but what it needs", async () => {
  const env = { TOKEN: "of-ada", TZ: "Asia/Tokyo", PATH: "/root/mine:/usr/sbin:/usr/bin:/sbin:/bin" };
  expect((await lab.up([], { env })).code).toBe(0);
  const supervisor = async (): Promise<string | undefined> => {
    const { stdout } = await lab.machine.exec(["pgrep", "-f", "controller/main.ts --site-name lab"]);
    return /^\d+$/.exec(stdout.trim())?.[0];
  };
  const pid = await eventually("one supervisor", supervisor);
  const { stdout } = await lab.machine.exec(["cat", `/proc/${pid}/environ`]);
  expect(stdout).toContain("TZ=Asia/Tokyo");
  expect(stdout).toContain("FREEHOLD_ROOT=");
  expect(stdout).not.toMatch(/of-ada|mine/);
});

/** As boot would: with no parent of this side's, which would stop and go on with it. */
async function startSupervisor(): Promise<void> {
  const script = `setsid -f ${freehold} supervise --site-name lab </dev/null >/dev/null 2>&1`;
  await lab.machine.exec(["sh", "-c", script]);
}

/** Whether the supervisor has had a good answer of the worker's process that runs now. */
async function workerHasAnswered(): Promise<true | undefined> {
  const worker = (await lab.status()).services.flatMap(({ parts }) => parts).find(({ name }) => name === "worker");
  const { stdout } = await lab.machine.exec(["cat", "/run/freehold/sites/lab/restarts.json"]);
  return worker?.since !== undefined && stdout.includes(`"answered":${worker.since}`) ? true : undefined;
}

async function otherProcess(was: RunningContainer): Promise<RunningContainer | undefined> {
  const now = (await runningContainers(lab.machine)).get(was.name);
  return now !== undefined && now.pid !== was.pid ? now : undefined;
}
