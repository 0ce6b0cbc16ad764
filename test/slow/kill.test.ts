import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runningContainers } from "../world/containers.ts";
import { descendants } from "../world/descendants.ts";
import { checkout, endMachines } from "../world/machine.ts";
import { createLab, type TestSite } from "../world/site.ts";
import { eventually } from "../world/wait.ts";

const pair = `
parts:
  server: {build: images/probe, port: 8080, state: {data: /data}}
  worker: {build: images/probe, command: [serve, 9000], ports: {jobs: {port: 9000}}}
expose: [{host: echo.lab.test, to: public, part: server}]
reach: [alpha]
`;
/** Milliseconds after the start of `up`; all of it takes a few seconds. */
const points = [100, 400, 700, 1000, 1300, 1700, 2100, 2500, 3000, 3600];
const freehold = join(checkout, "bin/freehold");
let lab: TestSite;

beforeAll(async () => {
  lab = await createLab({ "services/pair.yaml": pair, "services/alpha.yaml": "build: images/probe\nport: 8080\n" });
});
afterAll(endMachines);

describe("up that is killed", () => {
  test.each(points)(
    "after %i ms is completed by the next one, with nothing twice and nothing left over",
    async (after) => {
      const { pid } = await lab.machine.start([freehold, "up", "--yes"], { cwd: lab.machine.site });
      await delay(after);
      await killTree(pid);
      await settle();
    },
  );

  test.each(points.filter((_point, index) => index % 3 === 0))(
    "by a power cut after %i ms is completed",
    async (after) => {
      await lab.machine.start([freehold, "up", "--yes"], { cwd: lab.machine.site });
      await delay(after);
      await lab.machine.cutPower();
      await lab.machine.boot();
      await settle();
    },
  );
});

describe("down that is killed", () => {
  test.each([200, 500, 900, 1300])("after %i ms is completed by the next one", async (after) => {
    await lab.mustUp();
    const { pid } = await lab.machine.start([freehold, "down", "--yes"], { cwd: lab.machine.site });
    await delay(after);
    await killTree(pid);
    await lab.must(["down", "--yes"]);
    expect((await runningContainers(lab.machine)).size).toBe(0);
  });
});

/** The next `up` completes, the one after finds nothing to do, every way is as declared; then all is taken away again. */
async function settle(): Promise<void> {
  await lab.mustUp();
  await lab.must(["plan"]);
  expect([...(await runningContainers(lab.machine)).keys()].sort()).toEqual([
    "lab.alpha",
    "lab.front.haproxy",
    "lab.pair.server",
    "lab.pair.worker",
  ]);
  await lab.must(["prove"]);
  await lab.must(["down", "--yes", "--delete-state=lab"]);
  const left = await readdir(`${lab.machine.root}/sites/lab/state`).catch(() => []);
  expect(left).toEqual([]);
  await eventually("every process of Podman's to end", async () => {
    const { stdout } = await lab.machine.exec(["ps", "-eo", "args="]);
    return /conmon|podman |runc/.test(stdout) ? undefined : true;
  });
  expect((await lab.machine.exec(["ls", "/run/netns"])).stdout).toBe("");
}

/** As a person's kill -9 of everything that belongs to a command would. */
async function killTree(pid: number): Promise<void> {
  for (const each of [...(await descendants(pid)), pid]) {
    try {
      process.kill(each, "SIGKILL");
    } catch {
      // it has ended by itself
    }
  }
}
