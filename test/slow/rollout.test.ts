import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runningContainers } from "../world/containers.ts";
import { startCrowd } from "../world/crowd.ts";
import { descendants } from "../world/descendants.ts";
import { checkout, endMachines } from "../world/machine.ts";
import { createLab, type TestSite } from "../world/site.ts";

let lab: TestSite;

function version(greeting: string): string {
  return `build: images/probe\nport: 8080\nexpose: public\nreplicas: 2\nenv: {GREETING: ${greeting}}\n`;
}

beforeAll(async () => {
  lab = await createLab({ "services/echo.yaml": version("one") });
  await lab.mustUp();
});
afterAll(endMachines);

/** The front door's process from before the first of them cannot be told of the second: who it serves is waited for. */
test("two new versions of two replicas, one right after the other, lose no request, also on connections idle from before both", async () => {
  const crowd = await startCrowd(lab.machine, "echo.lab.test");
  for (const greeting of ["two", "three"]) {
    await lab.write({ "services/echo.yaml": version(greeting) });
    await lab.mustUp();
  }
  const report = await crowd.end();
  expect(report.wrong).toEqual({});
  expect(Object.keys(report.greetings).sort()).toEqual(["one", "three", "two"]);
  const names = [...(await runningContainers(lab.machine)).keys()].filter((name) => name.startsWith("lab.echo"));
  expect(names.sort()).toEqual(["lab.echo", "lab.echo_2"]);
});

test.each([1500, 2500])(
  "a rollout that is killed after %i ms is completed by whoever comes, and each place has one container",
  async (after) => {
    const greeting = `killed after ${after}`;
    await lab.write({ "services/echo.yaml": version(greeting) });
    const { pid } = await lab.machine.start([join(checkout, "bin/freehold"), "up", "--yes"], { cwd: lab.machine.site });
    await delay(after);
    for (const each of [...(await descendants(pid)), pid]) kill(each);
    await lab.mustUp();
    expect(await lab.must(["plan"])).toContain("nothing to change");
    const names = [...(await runningContainers(lab.machine)).keys()].filter((name) => name.startsWith("lab.echo"));
    expect(names.map((name) => name.replace(/_b$/, "")).sort()).toEqual(["lab.echo", "lab.echo_2"]);
    expect((await lab.curl(["https://echo.lab.test/"])).stdout).toContain(greeting);
  },
);

/** Ends a process unless it has ended by itself. */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has
  }
}
