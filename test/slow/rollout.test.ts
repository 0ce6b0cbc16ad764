import { afterAll, beforeAll, expect, test } from "vitest";
import { runningContainers } from "../world/containers.ts";
import { startCrowd } from "../world/crowd.ts";
import { endMachines } from "../world/machine.ts";
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
