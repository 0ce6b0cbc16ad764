import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runningContainer } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { createLab, type TestSite } from "../world/site.ts";

const service = "build: images/probe\nport: 8080\nexpose: public\nlimits: {memory: 128M}\n";
let lab: TestSite;

beforeAll(async () => {
  lab = await createLab({ "services/echo.yaml": service });
  await lab.mustUp();
});
afterAll(endMachines);

describe("the front door under load", () => {
  test("drops no request while its configuration changes ten times", async () => {
    const load = lab.machine.exec(["wrk", "-t1", "-c16", "-d40s", "https://echo.lab.test/"]);
    for (let round = 0; round < 5; round += 1) {
      await lab.write({ "services/later.yaml": service });
      await lab.mustUp();
      await lab.write({ "services/later.yaml": undefined });
      await lab.mustUp();
    }
    const { stdout } = await load;
    expect(stdout).toMatch(/\d+ requests in/);
    expect(stdout).not.toMatch(/Socket errors|Non-2xx/);
  });

  test("takes an upload of a gigabyte without keeping it in memory or on disk", async () => {
    const front = await runningContainer(lab.machine, "lab.front.haproxy");
    const upload = [
      "sh",
      "-c",
      `head -c 1G /dev/zero | curl -sS --cacert ${lab.authority} -T - https://echo.lab.test/`,
    ] as const;
    const { stdout } = await lab.machine.exec(upload, { timeout: 300_000 });
    expect(JSON.parse(stdout)).toMatchObject({ size: 1024 ** 3 });
    const peak = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${front.pid}/status`, "utf8"))?.[1];
    expect(Number(peak)).toBeLessThan(150 * 1024);
  });

  test("keeps a slow answer open for a minute", async () => {
    const words = ["-o", "/dev/null", "-w", "%{http_code}", "https://echo.lab.test/slow?seconds=45"];
    expect((await lab.curl(words)).stdout).toBe("200");
  });
});
